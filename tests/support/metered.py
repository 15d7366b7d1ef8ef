"""An account with a meter in any state, and what readings tells the others."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg

from deploy.demo.visitor import eventually
from gateway.bus import Bus
from services.common.clock import moscow_date, real_now
from services.common.period import Period, period_of_reading
from services.contracts import readings
from services.contracts.caller import Caller
from tests.support.bus import SyncBus

OPEN = period_of_reading(moscow_date(real_now()), 25)
CLOSED = OPEN.previous


@dataclass
class Metered:
    """An account and its meter, made for one test in readings' own database."""

    bus: SyncBus
    database: "psycopg.Connection[Any]"
    account: str
    meter_id: UUID = field(default_factory=uuid4)

    def submit(self, *values: int | str, **more: Any) -> readings.Reading:
        given: readings.Reading = self.submit_later(*values, **more).result()
        return given

    def submit_later(
        self,
        *values: int | str,
        key: str | None = None,
        user: UUID | None = None,
        confirm: str | None = None,
        payment_id: UUID | None = None,
    ) -> Any:
        request = readings.SubmitRequest(
            account=self.account, values=[str(v) for v in values], confirm=confirm, payment_id=payment_id
        )
        caller = Caller(kind="customer", user=user or uuid4())
        return self.bus.submit(readings.SUBMIT_READING, request, key=key or uuid4().hex, caller=caller)

    def check(self, *values: int | str, confirm: str | None = None) -> readings.Verdict:
        typed = [str(value) for value in values]
        request = readings.ReadingRequest(account=self.account, values=typed, confirm=confirm)
        return self.bus.call(readings.CHECK_READING, request)

    def state(self) -> readings.MeterState:
        return self.bus.call(readings.METER_STATE, readings.AccountRequest(account=self.account))

    def history(self, **more: Any) -> list[readings.Reading]:
        return self.bus.call(readings.HISTORY, readings.HistoryRequest(account=self.account, **more)).readings

    def read(
        self, *values: int, source: str = "opening", period: Period = CLOSED, at: datetime | None = None
    ) -> None:
        """A reading that came another way, by default the opening one, a month old."""
        taken_at = at or real_now() - timedelta(days=30)
        self.database.execute(
            'INSERT INTO readings (id, account, meter_id, period, "values", taken_at, source, status) '
            "VALUES (%s, %s, %s, %s, %s::integer[], %s, %s, 'accepted')",
            (uuid4(), self.account, self.meter_id, period.first_day, list(values), taken_at, source),
        )


class Told(SyncBus):
    """Every reading that was told of, in order."""

    def __init__(self, url: str) -> None:
        self._heard: list[readings.ReadingTold] = []
        super().__init__(url)

    def about(self, reading: readings.Reading, account: str) -> list[readings.ReadingTold]:
        """What was told of an account, once `reading` has been told."""
        return eventually(lambda: self._until(reading.id, account), f"reading {reading.id} is told")

    def _until(self, reading_id: UUID, account: str) -> list[readings.ReadingTold] | None:
        found = [event for event in self._heard if event.account == account]
        return found if reading_id in [event.reading_id for event in found] else None

    async def _started(self, url: str) -> Bus:
        bus = Bus(url, "gateway")
        for event in (readings.READING_ACCEPTED, readings.READING_REFUSED):
            bus.listen(event, lambda e: self._heard.append(readings.ReadingTold.model_validate(e.payload)))
        bus.start()
        async with asyncio.timeout(20):
            while not bus.connected:
                await asyncio.sleep(0.05)
        return bus
