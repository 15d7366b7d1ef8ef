"""Old rows of the chassis' tables go away: handled events and idempotency records past their retention."""

import logging
from typing import Any

import eventlet
from nameko.extensions import DependencyProvider
from sqlalchemy import delete, func, text

from services.chassis import calls
from services.chassis.db import EngineExtension
from services.chassis.schema import idempotency, inbox

log = logging.getLogger(__name__)
_EVERY_SECONDS = 3600
_RETENTION = "30 days"
"""A key or an event that comes again after this is treated as new; nobody retries for so long."""


class Housekeeping(DependencyProvider):  # type: ignore[misc]
    """`housekeeping = Housekeeping()`: runs once an hour."""

    engine = EngineExtension()

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
        with self.engine.units.begin() as session:
            session.execute(delete(inbox).where(inbox.c.state == "done", inbox.c.received_at < before))
            session.execute(delete(idempotency).where(idempotency.c.created_at < before))

    def get_dependency(self, worker_ctx: Any) -> None:
        return None
