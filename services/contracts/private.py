"""Events whose payload names a person: nothing prints them, and none is kept for long."""

from typing import Final

from services.contracts import auth, billing, notify, payments, readings, wire

PRIVATE_ADDRESSES: Final = frozenset(
    f"{wire.events_exchange(event.source)}/{event.name}"
    for service in (auth, billing, readings, payments, notify)
    for event in service.EVENTS
    if event.private
)
"""`<exchange>/<routing key>`, as a parked event's address is."""
