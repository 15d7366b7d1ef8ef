"""Billing's side of closing a month, played by a test: asks in billing's name and hears the answers."""

import asyncio
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg

from deploy.demo.visitor import eventually
from gateway.bus import Bus
from services.common.clock import real_now
from services.common.period import Period
from services.contracts import billing, closing, readings
from services.contracts.base import Event, Payload
from services.contracts.events import Envelope
from tests.support.bus import SyncBus


def twentieth(period: Period) -> datetime:
    """A day within the period's window."""
    day = period.first_day.replace(day=20)
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


class Closing(SyncBus):
    """`ask(period, accounts)` gives the answers of readings, in its order."""

    def __init__(self, url: str, outbox: "psycopg.Connection[Any]") -> None:
        self._outbox = outbox
        self._heard: list[closing.ConsumptionTold] = []
        super().__init__(url)

    def ask(self, period: str, *accounts: str, dry: bool = False) -> list[closing.AccountConsumption]:
        run = uuid4()
        wanted = closing.ConsumptionWanted(run=run, dry=dry, period=period, batch=1, accounts=list(accounts))
        self.tell(billing.CONSUMPTION_WANTED, wanted)
        return eventually(lambda: self._answer(run), "readings answers the batch")

    def tell(self, event: "Event[Any]", payload: Payload) -> None:
        """Put an event into billing's outbox, whence its relay takes it."""
        envelope = Envelope(
            id=uuid4(),
            type=event.name,
            source=event.source,
            occurred_at=real_now(),
            payload=payload.model_dump(mode="json"),
        )
        self._outbox.execute(
            "INSERT INTO outbox (id, event, body, traceparent) VALUES (%s, %s, %s, %s)",
            (
                envelope.id,
                event.name,
                json.dumps(envelope.model_dump(mode="json")),
                f"00-{uuid4().hex}-{uuid4().hex[:16]}-01",
            ),
        )

    def _answer(self, run: UUID) -> list[closing.AccountConsumption] | None:
        return next((told.accounts for told in self._heard if told.run == run), None)

    async def _started(self, url: str) -> Bus:
        bus = Bus(url, "gateway")
        bus.listen(
            readings.CONSUMPTION_TOLD,
            lambda e: self._heard.append(closing.ConsumptionTold.model_validate(e.payload)),
        )
        bus.start()
        async with asyncio.timeout(20):
            while not bus.connected:
                await asyncio.sleep(0.05)
        return bus
