"""Queries of automatic meters' hours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from services.readings.models import Account, FeedDay, Meter, Reading

_MERGED = text(
    "ARRAY(SELECT coalesce(fresh, kept) FROM unnest(excluded.wh, feed_days.wh)"
    " WITH ORDINALITY AS hour (fresh, kept, number) ORDER BY number)"
)
"""Hours told now over those told before."""


@dataclass(frozen=True)
class Automatic:
    """An automatic meter, and the last period of its account that takes no more readings."""

    account: str
    serial: str
    id: UUID
    zones: int
    digits: int
    closed_through: date | None


def automatic_meters(
    session: Session, named: Sequence[tuple[str, str]], *, hold: bool = False
) -> Mapping[tuple[str, str], Automatic]:
    """Automatic meters by account and serial; `hold` keeps their accounts from being closed meanwhile."""
    chosen = (
        select(Meter.account, Meter.serial, Meter.id, Meter.zones, Meter.digits, Account.closed_through)
        .join(Account, Account.account == Meter.account)
        .where(tuple_(Meter.account, Meter.serial).in_(named), Meter.kind == "automatic")
        .order_by(Account.account)
    )
    rows = session.execute(chosen.with_for_update(read=True, of=Account) if hold else chosen)
    found = [Automatic(*row) for row in rows]
    return {(meter.account, meter.serial): meter for meter in found}


def keep_readings(session: Session, rows: Sequence[dict[str, Any]]) -> int:
    """Keep readings that are not kept yet; an earlier automatic one of the same month gives way. How many are new."""
    statement = insert(Reading).values(list(rows)).on_conflict_do_nothing().returning(Reading.id)
    new = list(session.scalars(statement))
    later = aliased(Reading)
    session.execute(
        update(Reading)
        .where(
            Reading.account == later.account,
            Reading.meter_id == later.meter_id,
            Reading.period == later.period,
            Reading.source == "automatic",
            later.source == "automatic",
            Reading.taken_at < later.taken_at,
            Reading.superseded.is_(False),
            later.account.in_({row["account"] for row in rows}),
            later.period.in_({row["period"] for row in rows}),
        )
        .values(superseded=True)
        .execution_options(synchronize_session=False)
    )
    return len(new)


def keep(session: Session, days: Sequence[dict[str, Any]]) -> int:
    """Merge hours into their days; gives how many days are other than before."""
    statement = insert(FeedDay).values(list(days))
    changed = statement.on_conflict_do_update(
        index_elements=["meter_id", "day"],
        set_={"wh": _MERGED},
        where=FeedDay.wh != _MERGED,
    ).returning(FeedDay.day)
    return len(session.execute(changed).all())


def of_day(session: Session, account: str, day: date) -> list[tuple[str, list[int | None]]] | None:
    """(serial, Wh by hour) of the account's meters; None for an unknown account. One statement."""
    rows = session.execute(
        select(Meter.serial, FeedDay.wh)
        .select_from(Account)
        .outerjoin(Meter, Meter.account == Account.account)
        .outerjoin(FeedDay, and_(FeedDay.meter_id == Meter.id, FeedDay.day == day))
        .where(Account.account == account)
        .order_by(Meter.installed_on, Meter.id)
    ).all()
    return [(serial, wh) for serial, wh in rows if wh is not None] if rows else None
