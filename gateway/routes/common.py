"""What routes share: bodies, the bus, the idempotency key."""

from typing import Annotated, Any

from fastapi import Depends, Header, Request
from pydantic import BaseModel, ConfigDict, field_validator

from gateway.bus import Bus
from services.contracts.errors import ServiceError


class Body(BaseModel):
    """What a client sends: unknown fields are refused, and so are texts that no table or letter can hold."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _storable(cls, value: Any) -> Any:
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and any(ch == "\0" or "\ud800" <= ch <= "\udfff" for ch in text):
                raise ValueError("Недопустимые символы.")
        return value


def bus_of(request: Request) -> Bus:
    bus: Bus = request.app.state.bus
    return bus


def traceparent_of(request: Request) -> str:
    traceparent: str = request.state.traceparent
    return traceparent


def idempotency_key(
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=8,
            max_length=100,
            pattern=r"^[\x21-\x7e]+$",
            description="A fresh random text a command; the same text again gives the first answer.",
        ),
    ] = None,
) -> str:
    """The client's key; raises `idempotency_key_missing`."""
    if key is None:
        raise ServiceError("idempotency_key_missing")
    return key


TheBus = Annotated[Bus, Depends(bus_of)]
Trace = Annotated[str, Depends(traceparent_of)]
IdempotencyKey = Annotated[str, Depends(idempotency_key)]
