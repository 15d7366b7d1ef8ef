"""The shapes every contract is built from: models, operations and events."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from services.common.accounts import BadAccountNumber, parse_account


def _account(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return parse_account(value)
    except BadAccountNumber as error:
        raise ValueError("Номер лицевого счёта — девять цифр.") from error


def _utc(value: datetime) -> datetime:
    return value.astimezone(UTC)


AccountNumber = Annotated[
    str, BeforeValidator(_account), Field(pattern=r"^[0-9]{9}$", examples=["180211111"])
]
"""Nine digits; brackets, spaces and dashes are forgiven on the way in."""
Kopecks = Annotated[int, Field(strict=True, ge=-(10**15), le=10**15)]
"""Money: integer kopecks; a positive balance is a debt, a negative one an overpayment."""
PositiveKopecks = Annotated[int, Field(strict=True, gt=0, le=10**12)]
Moment = Annotated[AwareDatetime, AfterValidator(_utc)]
"""A moment, aware UTC."""
PeriodText = Annotated[str, Field(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", examples=["2026-11"])]
"""A billing period, `YYYY-MM`."""
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2099, 12, 31))]
"""A business date that somebody asks about; with a day or a zone added it is still a date."""


class Request(BaseModel):
    """What a caller sends: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_max_length=4096)


class Reply(BaseModel):
    """What a service answers: a newer provider may add fields."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Payload(BaseModel):
    """What an event carries: a newer source may add fields."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Done(Reply):
    """Nothing to say but that it is done."""


class Nothing(Request):
    """A request without fields."""


RequestT = TypeVar("RequestT", bound=Request)
ReplyT = TypeVar("ReplyT", bound=Reply)
PayloadT = TypeVar("PayloadT", bound=Payload)


@dataclass(frozen=True)
class Operation(Generic[RequestT, ReplyT]):
    """A method of a service: `<service>.<name>` is its routing key.

    `idempotent` marks a command that must carry an idempotency key (design rule 6). `timeout` is the default
    deadline in seconds: the caller's wait, the message's TTL and the deadline header all come from it. `heavy`
    marks one that burns a processor (a password's hash): callers let only few of them into the service at once,
    so that the rest of it goes on.
    """

    service: str
    name: str
    request: type[RequestT]
    reply: type[ReplyT]
    idempotent: bool = False
    timeout: float = 5.0
    heavy: bool = False

    @property
    def routing_key(self) -> str:
        return f"{self.service}.{self.name}"


@dataclass(frozen=True)
class Event(Generic[PayloadT]):
    """A kind of fact or state that a service tells: exchange `<source>.events`, routing key `name`."""

    source: str
    name: str
    payload: type[PayloadT]
    private: bool = False
    """True when the payload names a person, so that nothing may print it."""
