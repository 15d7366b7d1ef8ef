"""Closing a month speaks in batches: the largest answer fits into an event."""

import json
from datetime import UTC, date, datetime
from uuid import uuid4

from services.contracts import readings, wire
from services.contracts.closing import BATCH, AccountConsumption, ConsumptionTold, MeterUse, PastUse, Stand
from services.contracts.events import Envelope

LARGEST = 9_999_999


def size(account: AccountConsumption) -> int:
    """Bytes of the event that answers a batch of such accounts, as the relay writes it."""
    told = ConsumptionTold(run=uuid4(), period="2026-10", batch=9999, accounts=[account] * BATCH)
    envelope = Envelope(
        id=uuid4(),
        type=readings.CONSUMPTION_TOLD.name,
        source=readings.SERVICE,
        occurred_at=datetime.now(UTC),
        payload=told.model_dump(mode="json"),
    )
    return len(json.dumps(envelope.model_dump(mode="json"), ensure_ascii=False).encode())


def test_a_batch_without_readings_fits() -> None:
    past = PastUse(form=3, kwh=[LARGEST] * 3, after=date(2026, 9, 30), until=date(2026, 10, 31))
    silent = AccountConsumption(account="180211111", answer="no_reading", form=3, past=[past] * 14)
    assert size(silent) < wire.MAX_EVENT * 0.6


def test_a_batch_of_replaced_meters_fits() -> None:
    stand = Stand(
        values=[LARGEST] * 3,
        taken_on=date(2026, 10, 20),
        counts_on=date(2026, 10, 31),
        source="installation",
    )
    use = MeterUse(
        meter_id=uuid4(),
        serial="0" * 20,
        form=3,
        digits=7,
        before=stand,
        now=stand,
        kwh=[LARGEST] * 3,
    )
    replaced = AccountConsumption(account="180211111", answer="metered", form=3, meters=[use, use])
    assert size(replaced) < wire.MAX_EVENT * 0.6
