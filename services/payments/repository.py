"""Every query of payments; schedules and leases run by the database's clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CursorResult,
    Integer,
    Select,
    bindparam,
    case,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.payments.domain.machine import OPEN, State
from services.payments.models import Attempt, Payment, PlainReading

Columns = Mapping[str, Any]
"""Values to write, by column."""


@dataclass(frozen=True)
class Found:
    """A payment and its current attempt; a payment of another channel has none."""

    payment: Payment
    attempt: Attempt | None


@dataclass(frozen=True)
class Pace:
    """How the poller's pauses grow, seconds."""

    first: float
    longest: float
    overdue: float
    overdue_after: float


@dataclass(frozen=True)
class Made:
    """An order that the acquirer has made for a payment, and the state it brings."""

    payment_id: UUID
    state: State
    order_number: str
    order_id: str
    form_url: str


def soon(seconds: float) -> ColumnElement[datetime]:
    return func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 0, seconds)


def add(session: Session, payment: Payment, attempt: Attempt, lease_seconds: float) -> UUID:
    """Keep a new payment with its first attempt; whoever adds it holds its lease, and gets its token."""
    payment.lease = uuid4()
    until = cast(Any, soon(lease_seconds))
    payment.leased_until = payment.next_poll_at = until
    for row in (payment, attempt):
        session.add(row)
        session.flush()
    return payment.lease


def found(session: Session, payment_id: UUID) -> Found | None:
    return _one(session, _with_attempt().where(Payment.id == payment_id))


def locked(session: Session, payment_id: UUID, version: int) -> Found | None:
    """The payment, locked, unless it has moved on from `version`: two observers of one order take turns here."""
    query = _with_attempt().where(Payment.id == payment_id, Payment.version == version)
    return _one(session, query.with_for_update(of=Payment))


def by_order(session: Session, order_number: str) -> Attempt | None:
    return session.get(Attempt, order_number)


def _with_attempt() -> Select[Payment, Attempt]:
    return select(Payment, Attempt).outerjoin(Attempt, Attempt.order_number == Payment.order_number)


def _one(session: Session, query: Select[Payment, Attempt]) -> Found | None:
    row = session.execute(query.execution_options(populate_existing=True)).first()
    return Found(row[0], row[1]) if row else None


def open_of_account(session: Session, account: str) -> Sequence[tuple[UUID, State]]:
    """Earlier payments of the account that are open, newest first."""
    rows = session.execute(
        select(Payment.id, Payment.state)
        .where(Payment.account == account, Payment.state.in_(OPEN))
        .order_by(Payment.at.desc())
    )
    return [(row.id, State(row.state)) for row in rows]


def lock_open(session: Session, account: str) -> set[State]:
    """States of the account's open payments, none of which can move until this transaction ends.

    A payment that another process is moving right now is waited for, and seen as it then is. Always in the
    order of ids, so that two starts cannot wait for each other.
    """
    rows = session.scalars(
        select(Payment.state)
        .where(Payment.account == account, Payment.state.in_(OPEN))
        .order_by(Payment.id)
        .with_for_update(key_share=True)
    )
    return {State(state) for state in rows}


def take(session: Session, payment_id: UUID, lease_seconds: float) -> UUID | None:
    """Take the lease of a payment whose order is still to be made; None when it is held or moved on."""
    token = uuid4()
    free = or_(Payment.leased_until.is_(None), Payment.leased_until < func.clock_timestamp())
    taken = session.execute(
        update(Payment)
        .where(Payment.id == payment_id, Payment.state == State.REGISTERING, free)
        .values(lease=token, leased_until=soon(lease_seconds))
        .execution_options(synchronize_session=False)
    )
    return token if cast(CursorResult[Any], taken).rowcount else None


def keep(session: Session, payment_id: UUID, lease: UUID, columns: Columns) -> bool:
    """Write under the lease; False when another process has taken it over, and nothing is written."""
    kept = session.execute(
        update(Payment)
        .where(Payment.id == payment_id, Payment.lease == lease)
        .values(**columns)
        .execution_options(synchronize_session=False)
    )
    return bool(cast(CursorResult[Any], kept).rowcount)


def open_attempt(session: Session, order_number: str, payment_id: UUID) -> None:
    session.execute(insert(Attempt).values(order_number=order_number, payment_id=payment_id))


def keep_page(session: Session, made: Made, lease: UUID, poll_in: float, columns: Columns) -> Found | None:
    """The order is there and can be paid; None when another process has taken the lease over."""
    payment = session.scalars(
        update(Payment)
        .where(Payment.id == made.payment_id, Payment.lease == lease)
        .values(
            state=made.state,
            version=Payment.version + 1,
            moved_at=func.clock_timestamp(),
            polls=0,
            next_poll_at=soon(poll_in),
            **columns,
        )
        .returning(Payment)
        .execution_options(synchronize_session=False)
    ).first()
    if payment is None:
        return None
    attempt = session.scalars(
        update(Attempt)
        .where(Attempt.order_number == made.order_number)
        .values(acquirer_order_id=made.order_id, form_url=made.form_url)
        .returning(Attempt)
        .execution_options(synchronize_session=False)
    ).one()
    return Found(payment, attempt)


def ask_to_cancel(session: Session, payment_id: UUID) -> bool:
    """Remember that the person wants no order any more; False when the payment is not awaiting."""
    asked = session.execute(
        update(Payment)
        .where(Payment.id == payment_id, Payment.state == State.AWAITING)
        .values(cancel_asked=True)
        .execution_options(synchronize_session=False)
    )
    return bool(cast(CursorResult[Any], asked).rowcount)


def ask_again(session: Session, payment_id: UUID, seconds: float) -> None:
    """Let the poller ask for this order, in whatever state it is, until it is answered."""
    session.execute(
        update(Payment)
        .where(Payment.id == payment_id)
        .values(polls=0, next_poll_at=soon(seconds))
        .execution_options(synchronize_session=False)
    )


def claim_due(session: Session, pace: Pace, limit: int) -> Sequence[UUID]:
    """Payments to be asked for now. Each gets its next turn at once: a poller that dies loses nothing."""
    due = (
        select(Payment.id)
        .where(Payment.next_poll_at <= func.clock_timestamp())
        .order_by(Payment.next_poll_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    overdue = Payment.moved_at < soon(-pace.overdue_after)
    longest = case((overdue, pace.overdue), else_=pace.longest)
    pause = func.least(pace.first * func.power(2.0, func.least(Payment.polls + 1, 20)), longest)
    rows = session.execute(
        update(Payment)
        .where(Payment.id.in_(due.scalar_subquery()))
        .values(polls=Payment.polls + 1, next_poll_at=soon(cast(Any, pause)))
        .returning(Payment.id)
        .execution_options(synchronize_session=False)
    )
    return [row.id for row in rows]


@dataclass(frozen=True)
class Watched:
    """Payments in a state now, and the age of the one that has been there longest, seconds."""

    state: State
    count: int
    oldest: float


def watched(session: Session) -> list[Watched]:
    age = func.extract("epoch", func.clock_timestamp() - func.min(Payment.moved_at))
    rows = session.execute(
        select(Payment.state, func.count(), age)
        .where(Payment.state.in_([*OPEN, State.QUARANTINED]))
        .group_by(Payment.state)
    )
    return [Watched(State(state), int(count), float(oldest)) for state, count, oldest in rows]


def add_plain_reading(session: Session, **columns: Any) -> None:
    session.execute(upsert(PlainReading).values(**columns).on_conflict_do_nothing())


@dataclass(frozen=True)
class Line:
    """A row of the history: a payment, or a reading (`accepted` is not None then)."""

    id: UUID
    at: datetime
    amount: int | None
    refunded: int
    zones: list[str]
    kwh: list[int]
    state: str | None
    reason: str | None
    channel: str
    user_id: UUID | None
    accepted: bool | None


def history(session: Session, account: str, since: datetime, before: datetime, limit: int) -> list[Line]:
    """Payments of every channel and readings without one, newest first, in one query."""
    asked = {"account": account, "since": since, "before": before, "most": limit}
    return [Line(*row) for row in session.execute(_history_query(), asked)]


@cache
def _history_query() -> Select[Any]:
    """Built once: building it takes longer than the database needs to answer it."""
    account: BindParameter[str] = bindparam("account")
    since: BindParameter[datetime] = bindparam("since")
    before: BindParameter[datetime] = bindparam("before")
    payments = select(
        Payment.id,
        Payment.at.label("at"),
        Payment.amount,
        Payment.refunded,
        Payment.zones,
        Payment.kwh,
        Payment.state,
        Payment.reason,
        Payment.channel,
        Payment.user_id,
        null().label("accepted"),
    ).where(Payment.account == account, Payment.at >= since, Payment.at < before)
    readings = select(
        PlainReading.id,
        PlainReading.at,
        null(),
        literal(0),
        PlainReading.zones,
        PlainReading.kwh,
        null(),
        null(),
        literal("cabinet"),
        null(),
        PlainReading.accepted,
    ).where(PlainReading.account == account, PlainReading.at >= since, PlainReading.at < before)
    rows = union_all(payments, readings).subquery()
    return select(rows).order_by(rows.c.at.desc(), rows.c.id).limit(bindparam("most", type_=Integer))


def forget(session: Session, users: Sequence[UUID]) -> None:
    """Payments stay as documents without their user; an open one keeps the receipt's address until it ends."""
    session.execute(
        update(Payment)
        .where(Payment.user_id.in_(users))
        .values(
            user_id=None,
            receipt_email=case((Payment.state.in_(OPEN), Payment.receipt_email), else_=None),
        )
        .execution_options(synchronize_session=False)
    )
