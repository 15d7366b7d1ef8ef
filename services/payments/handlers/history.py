"""The history of an account: payments of every channel, and readings given without one (product D7)."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, cast
from uuid import UUID

from sqlalchemy.orm import Session

from services.common.clock import MOSCOW, moscow_date
from services.contracts import payments as contract
from services.contracts import readings
from services.contracts.validation import invalid
from services.payments import repository
from services.payments.domain import words
from services.payments.domain.machine import TAKEN, State
from services.payments.repository import Line

_MONTHS: Final = 3


def history(
    session: Session, request: contract.HistoryRequest, asker: UUID | None, now: datetime
) -> contract.History:
    """Rows of an interval of Moscow dates, newest first. Raises `invalid_request` for a reversed interval.

    Co-holders of an account see each other's payments, but open only their own receipts (product A8).
    """
    last = request.to_date or moscow_date(now)
    first = request.from_date or months_before(last, _MONTHS)
    if first > last:
        raise invalid("from_date", "after_to_date", "Начало периода позже его конца.")
    since, before = _midnight(first), _midnight(last + timedelta(days=1))
    lines = repository.history(session, request.account, since, before, request.limit)
    rows = [_row(line, asker) for line in lines]
    return contract.History(account=request.account, from_date=first, to_date=last, rows=rows)


def keep_reading(session: Session, told: readings.ReadingTold) -> None:
    """A reading that a customer gave without a payment; those of a payment are on the payment's row."""
    if told.payment_id is None and told.source == "customer":
        repository.add_plain_reading(
            session,
            id=told.reading_id,
            account=told.account,
            at=told.taken_at,
            zones=list(told.zones),
            kwh=told.values,
            accepted=told.status == "accepted",
        )


def months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or that month's last day: 31 May less 3 months is 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), MOSCOW).astimezone(UTC)


def _row(line: Line, asker: UUID | None) -> contract.HistoryRow:
    state = State(line.state) if line.state else None
    text = words.message(state, line.reason) if state else words.reading_only(bool(line.accepted))
    return contract.HistoryRow(
        id=line.id,
        kind="payment" if state else "reading",
        at=line.at,
        amount=line.amount,
        refunded=line.refunded,
        zones=cast(list[readings.Zone], line.zones),
        values=line.kwh,
        state=cast(contract.State | None, line.state),
        channel=cast(contract.Channel, line.channel),
        message=text,
        receipt=state in TAKEN and line.user_id is not None and line.user_id == asker,
    )
