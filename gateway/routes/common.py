"""What routes share: the bus, the idempotency key."""

from typing import Annotated

from fastapi import Depends, Header, Request

from gateway.bus import Bus
from services.contracts.errors import ServiceError


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
