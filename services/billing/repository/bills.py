"""Queries of bills and what stands behind them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.billing.models import Bill, Charge, ChargeLine, PenaltyLine, Posting


@dataclass(frozen=True)
class Behind:
    """A bill with everything that made it. `charge` is None for a bill that came with the registry."""

    bill: Bill
    charge: Charge | None
    lines: Sequence[ChargeLine]
    penalty: Sequence[PenaltyLine]


def behind(session: Session, account: str, period: date) -> Behind | None:
    """A period's bill with its charge, lines and penalty; None when there is no bill."""
    row = session.execute(
        select(Bill, Charge)
        .outerjoin(Charge, Charge.id == Bill.charge_id)
        .where(Bill.account == account, Bill.period == period)
    ).first()
    if row is None:
        return None
    bill, charge = row
    return Behind(bill, charge, _lines(session, bill.charge_id), _penalty(session, bill.charge_id))


def before(session: Session, account: str, period: date) -> Bill | None:
    """The last bill before a period's."""
    found = select(Bill).where(Bill.account == account, Bill.period < period).order_by(Bill.period.desc())
    return session.scalars(found.limit(1)).first()


def postings(session: Session, account: str, after: datetime | None, through: datetime) -> Sequence[Posting]:
    """An account's postings of an interval, in their order."""
    found = select(Posting).where(Posting.account == account, Posting.occurred_at <= through)
    if after is not None:
        found = found.where(Posting.occurred_at > after)
    return session.scalars(found.order_by(Posting.occurred_at, Posting.source)).all()


def _lines(session: Session, charge: UUID | None) -> Sequence[ChargeLine]:
    found = select(ChargeLine).where(ChargeLine.charge_id == charge).order_by(ChargeLine.number)
    return session.scalars(found).all() if charge else []


def _penalty(session: Session, charge: UUID | None) -> Sequence[PenaltyLine]:
    found = select(PenaltyLine).where(PenaltyLine.charge_id == charge).order_by(PenaltyLine.number)
    return session.scalars(found).all() if charge else []
