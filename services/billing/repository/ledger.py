"""Queries of accounts, bills and the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased

from services.billing.domain.ledger import Entry
from services.billing.models import Account, Bill, Charge, Posting


def account(session: Session, number: str) -> Account | None:
    return session.get(Account, number)


def current_bill(session: Session, number: str, now: datetime) -> Bill | None:
    """The bill published last, by the business clock."""
    return session.scalars(
        select(Bill)
        .where(Bill.account == number, Bill.published_at <= now)
        .order_by(Bill.published_at.desc())
        .limit(1)
    ).first()


@dataclass(frozen=True)
class Balances:
    """Sums of an account's postings, kopecks. `balance` is the main debt, `penalty` stands apart."""

    balance: int
    penalty: int
    paid_since: int
    """Payments of every channel since the given moment, less their refunds."""
    cabinet_since: int
    cabinet_payments: list[UUID]


def balances(session: Session, number: str, since: datetime | None) -> Balances:
    """The balance, and the payments deposited since a bill was published (all of them without a bill)."""
    refund = aliased(Posting)
    refunded = (
        select(func.coalesce(func.sum(refund.amount), 0))
        .where(refund.account == number, refund.reverses == Posting.id)
        .correlate(Posting)
        .scalar_subquery()
    )
    is_payment = Posting.source.like("payment:%") | Posting.source.like("penalty-payment:%")
    recent = and_(is_payment, Posting.occurred_at >= since) if since else is_payment
    cabinet = and_(recent, Posting.debit == "acquirer")
    kept = Posting.amount - refunded
    row = session.execute(
        select(
            func.sum(signed("receivable")),
            func.sum(signed("penalty_receivable")),
            func.sum(case((recent, kept), else_=0)),
            func.sum(case((cabinet, kept), else_=0)),
            func.array_agg(func.distinct(func.split_part(Posting.source, ":", 2))).filter(cabinet),
        ).where(Posting.account == number)
    ).one()
    return Balances(
        balance=int(row[0] or 0),
        penalty=int(row[1] or 0),
        paid_since=int(row[2] or 0),
        cabinet_since=int(row[3] or 0),
        cabinet_payments=[UUID(text) for text in row[4] or []],
    )


def signed(side: str) -> ColumnElement[int]:
    """A posting's kopecks as a side of the ledger sees them: debit above zero, credit below."""
    return case((Posting.debit == side, Posting.amount), (Posting.credit == side, -Posting.amount), else_=0)


def post(session: Session, entry: Entry, now: datetime) -> bool:
    """Write a posting; False when its source has been posted already."""
    written = session.execute(
        insert(Posting)
        .values(**vars(entry), posted_at=now)
        .on_conflict_do_nothing(index_elements=["source"])
        .returning(Posting.id)
    ).first()
    return written is not None


def balances_before(session: Session, number: str, moment: datetime) -> dict[str, int]:
    """Main debt and penalty by everything that happened before a moment, kopecks by side."""
    sides = ("receivable", "penalty_receivable")
    sums = session.execute(
        select(*(func.coalesce(func.sum(signed(side)), 0) for side in sides)).where(
            Posting.account == number, Posting.occurred_at < moment
        )
    ).one()
    return {side: int(total) for side, total in zip(sides, sums, strict=True)}


def postings_between(
    session: Session, number: str, since: datetime, before: datetime, limit: int
) -> Sequence[Posting]:
    """Postings of what happened from `since` on and before `before`, oldest first."""
    found = select(Posting).where(
        Posting.account == number, Posting.occurred_at >= since, Posting.occurred_at < before
    )
    return session.scalars(found.order_by(Posting.occurred_at, Posting.source).limit(limit)).all()


def charged_periods(session: Session, number: str) -> dict[UUID, date]:
    """The period of each of the account's charges, by charge."""
    rows = session.execute(select(Charge.id, Charge.period).where(Charge.account == number))
    return {row[0]: row[1] for row in rows}
