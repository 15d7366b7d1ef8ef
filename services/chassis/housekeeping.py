"""Old rows of the chassis' tables go away: handled events, idempotency records, and parked messages."""

import logging
from typing import Any

import eventlet
from nameko.extensions import DependencyProvider
from sqlalchemy import delete, func, or_, text, update

from services.chassis import calls
from services.chassis.db import EngineExtension
from services.chassis.events import EventConsumer
from services.chassis.schema import idempotency, inbox, parked

log = logging.getLogger(__name__)
_EVERY_SECONDS = 3600
_RETENTION = "30 days"
"""A key or an event that comes again after this is treated as new; nobody retries for so long."""
_UNTOUCHED = "90 days"
"""How long a parked message is kept that cannot be replayed. One that can, a fact, waits for staff for ever."""


class Housekeeping(DependencyProvider):  # type: ignore[misc]
    """`housekeeping = Housekeeping()`: runs once an hour."""

    engine = EngineExtension()
    events = EventConsumer()

    def start(self) -> None:
        self.container.spawn_managed_thread(self._loop, identifier="housekeeping")

    def _loop(self) -> None:
        while True:
            eventlet.sleep(_EVERY_SECONDS)
            try:
                with calls.entered(calls.Call("housekeeping")):
                    self.purge()
            except Exception:
                log.exception("housekeeping failed")

    def purge(self) -> None:
        before = func.clock_timestamp() - text(f"interval '{_RETENTION}'")
        long_before = func.clock_timestamp() - text(f"interval '{_UNTOUCHED}'")
        # What names a person, or may, is not kept for longer than the law gives for destroying it.
        private = [
            f"{h.event.source}.events/{h.event.name}" for h in self.events._providers if h.event.private
        ]
        personal = or_(parked.c.handler.is_(None), parked.c.address.in_(private))
        with self.engine.units.begin() as session:
            session.execute(delete(inbox).where(inbox.c.state == "done", inbox.c.received_at < before))
            session.execute(delete(idempotency).where(idempotency.c.created_at < before))
            session.execute(update(parked).where(parked.c.parked_at < before, personal).values(body=None))
            session.execute(delete(parked).where(parked.c.parked_at < long_before, parked.c.body.is_(None)))

    def get_dependency(self, worker_ctx: Any) -> None:
        return None
