"""Queries of consumption: everything that an account's meters ever showed, and its estimates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from services.readings.domain.rules import ACTUAL
from services.readings.models import Account, Estimate, Meter, Reading


@dataclass(frozen=True)
class Shown:
    """A meter with its accepted readings that stand, oldest first."""

    meter: Meter
    readings: list[Reading]


def shown(session: Session, account: str) -> list[Shown] | None:
    """Every meter of the account; None for an unknown account. One statement."""
    reading = aliased(Reading)
    stands = and_(
        reading.account == Account.account,
        reading.meter_id == Meter.id,
        reading.status == "accepted",
        reading.superseded.is_(False),
        reading.source.in_(ACTUAL),
    )
    rows = session.execute(
        select(Account.account, Meter, reading)
        .select_from(Account)
        .outerjoin(Meter, Meter.account == Account.account)
        .outerjoin(reading, stands)
        .where(Account.account == account)
        .order_by(Meter.installed_on, Meter.id, reading.period, reading.taken_at)
    ).all()
    found: list[Shown] = []
    for _, meter, taken in rows:
        if meter is not None and (not found or found[-1].meter is not meter):
            found.append(Shown(meter, []))
        if taken is not None:
            found[-1].readings.append(taken)
    return found if rows else None


def estimates(session: Session, account: str, first: date, last: date) -> Sequence[Estimate]:
    chosen = select(Estimate).where(Estimate.account == account, Estimate.period.between(first, last))
    return session.scalars(chosen).all()
