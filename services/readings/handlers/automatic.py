"""Readings that automatic meters take themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid5

from sqlalchemy.orm import Session

from services.common.period import Period
from services.readings.domain.feed import midnight
from services.readings.repository import feed as repository


@dataclass(frozen=True)
class Stand:
    """What a meter showed at the end of a day, kWh by zone."""

    meter: repository.Automatic
    taken_on: date
    values: list[int]


def keep_stands(session: Session, stands: Sequence[Stand]) -> int:
    """Accept readings for the months of their days, or for the next one where the month is closed; gives how many
    are new. Of several of a month the latest stands.

    Nobody is told by event: that is for readings that people give.
    """
    rows = [
        {
            "id": uuid5(stand.meter.id, f"automatic:{stand.taken_on}"),
            "account": stand.meter.account,
            "meter_id": stand.meter.id,
            "period": _period(stand).first_day,
            "values": stand.values,
            "taken_at": midnight(stand.taken_on + timedelta(days=1)) - timedelta(seconds=1),
            "source": "automatic",
            "status": "accepted",
        }
        for stand in stands
    ]
    return repository.keep_readings(session, rows) if rows else 0


def _period(stand: Stand) -> Period:
    period, closed = Period.of(stand.taken_on), stand.meter.closed_through
    return max(period, Period.of(closed).next) if closed else period
