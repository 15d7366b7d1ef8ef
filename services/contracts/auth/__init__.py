"""What auth gives: registration, activation, sign-in, sessions and the accounts they may touch.

Further topics have modules of their own: `profile`, `devices` and `staff`.
"""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import EmailStr, Field

from services.contracts.auth import devices, profile, staff
from services.contracts.auth.words import (
    SERVICE,
    Channel,
    Client,
    Code,
    DeviceName,
    GivenPassword,
    Method,
    Password,
    Phone,
    Secret,
    SessionCommand,
    Tokens,
    WithSecrets,
)
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
from services.contracts.erasure import ProfileDeleted
from services.contracts.letters import LetterWanted

__all__ = [
    "SERVICE",
    "Channel",
    "Code",
    "GivenPassword",
    "Method",
    "Password",
    "Phone",
    "ProfileDeleted",
    "Secret",
    "Tokens",
    "devices",
    "profile",
    "staff",
]


class RegisterRequest(WithSecrets):
    """`client` is the client's network address, kept with the consent (who, when, from where)."""

    account: AccountNumber
    password: Password
    email: EmailStr
    phone: Phone
    address: Annotated[str, Field(min_length=3, max_length=300)]
    consent: Literal[True]
    consent_version: Annotated[str, Field(min_length=1, max_length=40)]
    client: Client
    channel: Channel = "web"


class Registered(Reply):
    """The letter is on its way; the same for every registration that was not refused."""

    letter_expires_at: Moment


class LinkActivationRequest(WithSecrets):
    token: Secret
    client: Client = ""


class CodeActivationRequest(WithSecrets):
    account: AccountNumber
    code: Code
    client: Client = ""


class ResendRequest(Request):
    account: AccountNumber
    email: EmailStr
    client: Client = ""


class SignInRequest(WithSecrets):
    """`mark` is what an earlier full sign-in gave this device (`Tokens.mark`): it has tries of its own."""

    account: AccountNumber
    password: GivenPassword
    client: Client
    channel: Channel = "web"
    mark: Secret | None = None
    device_name: DeviceName = ""


class RefreshRequest(WithSecrets):
    token: Secret
    client: Client = ""


class SessionRequest(Request):
    user: UUID
    session: UUID
    client: Client = ""


class SessionRow(Reply):
    """A live session as its owner sees it: `client` is the address it was opened from."""

    session: UUID
    device: UUID | None
    device_name: str
    method: Method
    channel: Channel
    client: str
    created_at: Moment
    last_used_at: Moment


class SessionList(Reply):
    """The live ones, the last used first."""

    sessions: list[SessionRow]


class EndSessionRequest(SessionCommand):
    """`ended` is a session of the same user; an unknown or ended one is left as it is."""

    ended: UUID


class EndSessionsRequest(SessionCommand):
    keep_current: bool = False


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
    """What the session may touch, the primary one first."""
    frozen: list[AccountNumber] = []
    """Linked too, but a holder answered «это не я»: no access until staff decide."""
    device: UUID | None = None
    method: Method = "password"


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
    """A user's whole snapshot; an older version is ignored. `accounts` are those that may be touched now."""

    user: UUID
    email: str
    phone: str
    accounts: list[AccountNumber]
    version: int


REGISTER = Operation(
    SERVICE, "register", RegisterRequest, Registered, idempotent=True, timeout=10.0, heavy=True
)
ACTIVATE_BY_LINK = Operation(SERVICE, "activate_by_link", LinkActivationRequest, Done)
ACTIVATE_BY_CODE = Operation(SERVICE, "activate_by_code", CodeActivationRequest, Done)
RESEND_ACTIVATION = Operation(SERVICE, "resend_activation", ResendRequest, Done, idempotent=True)
SIGN_IN = Operation(SERVICE, "sign_in", SignInRequest, Tokens, timeout=10.0, heavy=True)
REFRESH = Operation(SERVICE, "refresh", RefreshRequest, Tokens)
SIGN_OUT = Operation(SERVICE, "sign_out", SessionRequest, Done)
SESSION = Operation(SERVICE, "session", SessionRequest, SessionView)
SESSIONS = Operation(SERVICE, "sessions", SessionRequest, SessionList)
END_SESSION = Operation(SERVICE, "end_session", EndSessionRequest, Done)
END_SESSIONS = Operation(SERVICE, "end_sessions", EndSessionsRequest, Done)
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
    SESSIONS,
    END_SESSION,
    END_SESSIONS,
    PUBLIC_KEYS,
    *profile.OPERATIONS,
    *devices.OPERATIONS,
    *staff.OPERATIONS,
)

LETTER_WANTED = Event(SERVICE, "letter.wanted", LetterWanted, private=True)
SESSION_ENDED = Event(SERVICE, "session.ended", SessionEnded)
PROFILE_CHANGED = Event(SERVICE, "profile.changed", ProfileChanged, private=True)
PROFILE_DELETED = Event(SERVICE, "profile.deleted", ProfileDeleted)
EVENTS = (LETTER_WANTED, SESSION_ENDED, PROFILE_CHANGED, PROFILE_DELETED)
