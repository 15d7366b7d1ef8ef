"""Old rows of the chassis' tables go away: handled events, idempotency records, and parked messages."""

import logging
from typing import Any

import eventlet
from nameko.extensions import DependencyProvider
from sqlalchemy import delete, func, or_, text, update
from sqlalchemy.orm import Session

from services.chassis import calls
from services.chassis.db import EngineExtension
from services.chassis.schema import idempotency, inbox, parked
from services.contracts.private import PRIVATE_ADDRESSES

log = logging.getLogger(__name__)
_EVERY_SECONDS = 3600
_RETENTION = "30 days"
"""A key or an event that comes again after this is treated as new; nobody retries for so long."""
_UNTOUCHED = "90 days"
"""How long a parked message is kept that cannot be replayed. One that can, a fact, waits for staff for ever."""


class Housekeeping(DependencyProvider):  # type: ignore[misc]
    """`housekeeping = Housekeeping()`: runs once an hour."""

    engine = EngineExtension()

    def start(self) -> None:
        self.container.spawn_managed_thread(self._loop, identifier="housekeeping")

    def _loop(self) -> None:
        while True:
            eventlet.sleep(_EVERY_SECONDS)
            try:
                with calls.entered(calls.Call("housekeeping")), self.engine.units.begin() as session:
                    purge(session)
            except Exception:
                log.exception("housekeeping failed")

    def get_dependency(self, worker_ctx: Any) -> None:
        return None


def purge(session: Session) -> None:
    """Delete what is past its retention; of parked messages first what they say, if it may name a person."""
    before = func.clock_timestamp() - text(f"interval '{_RETENTION}'")
    long_before = func.clock_timestamp() - text(f"interval '{_UNTOUCHED}'")
    session.execute(delete(inbox).where(inbox.c.state == "done", inbox.c.received_at < before))
    session.execute(delete(idempotency).where(idempotency.c.created_at < before))
    # The law gives 30 days for destroying what is not needed; an unreadable message may name anybody.
    personal = or_(parked.c.handler.is_(None), parked.c.address.in_(PRIVATE_ADDRESSES))
    session.execute(update(parked).where(parked.c.parked_at < before, personal).values(body=None))
    session.execute(delete(parked).where(parked.c.parked_at < long_before, parked.c.body.is_(None)))
