"""Queries of what months were charged, for people who look back: the archive, comparisons, statistics."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Date, case, cast, func, select
from sqlalchemy.orm import Session

from services.billing.models import Bill, Charge, ChargeLine, Posting

_MONEY = ("payment", "penalty-payment", "refund", "penalty-refund")


def archive(session: Session, account: str, limit: int) -> Sequence[Bill]:
    """An account's bills, newest first."""
    found = select(Bill).where(Bill.account == account).order_by(Bill.period.desc())
    return session.scalars(found.limit(limit)).all()


@dataclass(frozen=True)
class Charged:
    """A charge with its lines, in their order."""

    charge: Charge
    lines: Sequence[ChargeLine]


def charged(session: Session, account: str, periods: Iterable[date]) -> dict[date, Charged]:
    """Charges of an account for these periods (first days), two statements however many."""
    wanted = select(Charge).where(Charge.account == account, Charge.period.in_(list(periods)))
    charges = session.scalars(wanted).all()
    lines: dict[UUID, list[ChargeLine]] = {charge.id: [] for charge in charges}
    found = select(ChargeLine).where(ChargeLine.charge_id.in_(lines))
    for line in session.scalars(found.order_by(ChargeLine.charge_id, ChargeLine.number)) if lines else ():
        lines[line.charge_id].append(line)
    return {charge.period: Charged(charge, lines[charge.id]) for charge in charges}


def latest(session: Session, account: str, months: int) -> list[date]:
    """The periods of an account's last charges, oldest first; months without one do not count."""
    found = select(Charge.period).where(Charge.account == account).order_by(Charge.period.desc())
    return sorted(session.scalars(found.limit(months)))


def last_period(session: Session, account: str) -> date | None:
    """The period of an account's newest bill."""
    return session.scalar(select(func.max(Bill.period)).where(Bill.account == account))


def billed(session: Session, account: str, first: date, last: date) -> Sequence[tuple[Bill, Charge | None]]:
    """Bills of an interval of periods, oldest first, with their charges."""
    rows = session.execute(
        select(Bill, Charge)
        .outerjoin(Charge, Charge.id == Bill.charge_id)
        .where(Bill.account == account, Bill.period >= first, Bill.period <= last)
        .order_by(Bill.period)
    )
    return [(row[0], row[1]) for row in rows]


def volumes(session: Session, charges: Iterable[UUID]) -> Sequence[tuple[UUID, str]]:
    """(charge, exact kWh) of every line of these charges' own months."""
    rows = session.execute(
        select(ChargeLine.charge_id, ChargeLine.volume).where(
            ChargeLine.charge_id.in_(list(charges)), ChargeLine.kind == "charge"
        )
    )
    return [(row[0], row[1]) for row in rows]


def paid(session: Session, account: str, since: datetime, before: datetime) -> dict[date, int]:
    """Kopecks that came in by month (Moscow; its first day), refunds taken off in the month they were made."""
    kind = func.split_part(Posting.source, ":", 1)
    month: ColumnElement[date] = cast(
        func.date_trunc("month", func.timezone("Europe/Moscow", Posting.occurred_at)), Date
    )
    amount = case((kind.endswith("refund"), -Posting.amount), else_=Posting.amount)
    rows = session.execute(
        select(month, func.sum(amount))
        .where(
            Posting.account == account,
            Posting.occurred_at >= since,
            Posting.occurred_at < before,
            kind.in_(_MONEY),
        )
        .group_by(month)
    )
    return {row[0]: int(row[1]) for row in rows}
