"""What auth gives: registration, activation, sign-in, sessions and the accounts they may touch."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import EmailStr, Field, SecretStr, field_serializer

from services.contracts.base import (
    AccountNumber,
    Done,
    Event,
    Moment,
    Nothing,
    Operation,
    Payload,
    Reply,
    Request,
)
from services.contracts.letters import LetterWanted

SERVICE = "auth"

Password = Annotated[SecretStr, Field(min_length=8, max_length=128)]
Secret = Annotated[SecretStr, Field(min_length=1, max_length=512)]
Phone = Annotated[str, Field(pattern=r"^\+[1-9][0-9]{6,14}$", examples=["+79105551122"])]
Channel = Literal["web", "app"]


class _WithSecrets(Request):
    """Secrets cross the bus in the body only; they are hidden from every `repr` and log."""

    @field_serializer("password", "token", "code", check_fields=False, when_used="json")
    def _reveal(self, value: SecretStr | None) -> str | None:
        return None if value is None else value.get_secret_value()


class RegisterRequest(_WithSecrets):
    """`client` is the client's network address, kept with the consent (who, when, from where)."""

    account: AccountNumber
    password: Password
    email: EmailStr
    phone: Phone
    address: Annotated[str, Field(min_length=3, max_length=300)]
    consent: Literal[True]
    consent_version: Annotated[str, Field(min_length=1, max_length=40)]
    client: Annotated[str, Field(max_length=64)]
    channel: Channel = "web"


class Registered(Reply):
    """The letter is on its way; the same for every registration that was not refused."""

    letter_expires_at: Moment


class LinkActivationRequest(_WithSecrets):
    token: Secret


class CodeActivationRequest(_WithSecrets):
    account: AccountNumber
    code: Annotated[SecretStr, Field(min_length=6, max_length=6)]


class ResendRequest(Request):
    account: AccountNumber
    email: EmailStr


class SignInRequest(_WithSecrets):
    account: AccountNumber
    password: Annotated[SecretStr, Field(min_length=1, max_length=128)]
    client: Annotated[str, Field(max_length=64)]
    channel: Channel = "web"


class RefreshRequest(_WithSecrets):
    token: Secret


class SessionRequest(Request):
    user: UUID
    session: UUID


class Tokens(Reply):
    """An access token (minutes) and the refresh token that replaces the pair; plain texts."""

    access: Annotated[str, Field(repr=False)]
    access_expires_at: Moment
    refresh: Annotated[str, Field(repr=False)]
    refresh_expires_at: Moment
    user: UUID
    session: UUID


class LinkedAccount(Reply):
    account: AccountNumber
    primary: bool


class SessionView(Reply):
    """A live session and what it may touch. An ended or unknown one is the error `session_ended`."""

    user: UUID
    session: UUID
    email: Annotated[str, Field(repr=False)]
    phone: Annotated[str, Field(repr=False)]
    accounts: list[LinkedAccount]


class PublicKey(Reply):
    """An Ed25519 key that signs access tokens: `x` is the raw key, base64url without padding."""

    kid: str
    x: str


class PublicKeys(Reply):
    keys: list[PublicKey]


class SessionEnded(Payload):
    user: UUID
    session: UUID
    ended_at: Moment


class ProfileChanged(Payload):
    """A user's whole snapshot; an older version is ignored."""

    user: UUID
    email: str
    phone: str
    accounts: list[AccountNumber]
    version: int


REGISTER = Operation(SERVICE, "register", RegisterRequest, Registered, idempotent=True, timeout=10.0)
ACTIVATE_BY_LINK = Operation(SERVICE, "activate_by_link", LinkActivationRequest, Done)
ACTIVATE_BY_CODE = Operation(SERVICE, "activate_by_code", CodeActivationRequest, Done)
RESEND_ACTIVATION = Operation(SERVICE, "resend_activation", ResendRequest, Done, idempotent=True)
SIGN_IN = Operation(SERVICE, "sign_in", SignInRequest, Tokens, timeout=10.0)
REFRESH = Operation(SERVICE, "refresh", RefreshRequest, Tokens)
SIGN_OUT = Operation(SERVICE, "sign_out", SessionRequest, Done)
SESSION = Operation(SERVICE, "session", SessionRequest, SessionView)
PUBLIC_KEYS = Operation(SERVICE, "public_keys", Nothing, PublicKeys)
OPERATIONS = (
    REGISTER,
    ACTIVATE_BY_LINK,
    ACTIVATE_BY_CODE,
    RESEND_ACTIVATION,
    SIGN_IN,
    REFRESH,
    SIGN_OUT,
    SESSION,
    PUBLIC_KEYS,
)

LETTER_WANTED = Event(SERVICE, "letter.wanted", LetterWanted, private=True)
SESSION_ENDED = Event(SERVICE, "session.ended", SessionEnded)
PROFILE_CHANGED = Event(SERVICE, "profile.changed", ProfileChanged, private=True)
EVENTS = (LETTER_WANTED, SESSION_ENDED, PROFILE_CHANGED)
