"""Words of auth's contracts: secrets that no `repr` shows, phones, where a request came from."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, field_serializer

from services.common.phones import BadPhone, parse_phone
from services.contracts.base import Moment, Reply, Request

SERVICE = "auth"


def _phone(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return parse_phone(value)
    except BadPhone as error:
        raise ValueError("Укажите номер телефона, например +7 910 555-11-22.") from error


def _four_digits(value: SecretStr) -> SecretStr:
    if not set(value.get_secret_value()) <= set("0123456789"):
        raise ValueError("PIN — четыре цифры.")
    return value


Password = Annotated[SecretStr, Field(min_length=8, max_length=128)]
"""A new password. Common ones are refused by auth, which alone has the list."""
GivenPassword = Annotated[SecretStr, Field(min_length=1, max_length=128)]
"""A password that somebody signs in or confirms with."""
Secret = Annotated[SecretStr, Field(min_length=1, max_length=512)]
Code = Annotated[SecretStr, Field(min_length=6, max_length=6)]
"""Six digits of a letter."""
Pin = Annotated[
    SecretStr,
    Field(min_length=4, max_length=4, json_schema_extra={"pattern": "^[0-9]{4}$"}),
    AfterValidator(_four_digits),
]
"""Four digits."""
Ticket = Annotated[str, Field(min_length=1, max_length=1024, repr=False)]
"""A signed, short-lived question of ours that its answer brings back; works once."""
Phone = Annotated[
    str, BeforeValidator(_phone), Field(pattern=r"^\+[1-9][0-9]{6,14}$", examples=["+79105551122"])
]
"""E.164; Russian ways of writing it are forgiven on the way in."""
Channel = Literal["web", "app"]
Method = Literal["password", "pin", "biometrics"]
"""How a session was opened; only `password` is a full sign-in."""
Client = Annotated[str, Field(max_length=64)]
"""The client's network address: where an act came from."""
DeviceName = Annotated[str, Field(max_length=80)]
"""What a person would call the device: «Chrome, Android»."""


class WithSecrets(Request):
    """Secrets cross the bus in the body only; they are hidden from every `repr` and log."""

    @field_serializer(
        "password",
        "current",
        "token",
        "code",
        "pin",
        "current_pin",
        "mark",
        check_fields=False,
        when_used="json",
    )
    def _reveal(self, value: SecretStr | None) -> str | None:
        return None if value is None else value.get_secret_value()


class SessionCommand(WithSecrets):
    """What a signed-in person does; the gateway has verified the session."""

    user: UUID
    session: UUID
    client: Client = ""


class Tokens(Reply):
    """An access token (minutes) and the refresh token that replaces the pair; plain texts.

    `mark` proves at later sign-ins that this device has signed in fully before. A refresh gives none.
    """

    access: Annotated[str, Field(repr=False)]
    access_expires_at: Moment
    refresh: Annotated[str, Field(repr=False)]
    refresh_expires_at: Moment
    user: UUID
    session: UUID
    device: UUID | None = None
    mark: Annotated[str | None, Field(repr=False)] = None
