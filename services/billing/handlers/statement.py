"""An account's statement: postings in words, between balances that they lead from and to (product E7)."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.billing.handlers.accounts import known_account
from services.billing.models import Posting
from services.billing.repository import ledger
from services.common.clock import MOSCOW, moscow_date
from services.common.period import Period
from services.common.russian import month_name
from services.contracts import statement as contract
from services.contracts.validation import invalid

_MOST_ROWS: Final = 600
"""More would not fit into a message."""
_SIDES: Final[dict[str, contract.Side]] = {"receivable": "main", "penalty_receivable": "penalty"}
_KINDS: Final[dict[str, contract.Kind]] = {
    "opening": "opening",
    "charge": "charge",
    "recalculation": "recalculation",
    "penalty": "penalty",
    "payment": "payment",
    "penalty-payment": "payment",
    "refund": "refund",
    "penalty-refund": "refund",
}
_CHANNELS: Final = {"acquirer": "личный кабинет", "bank": "банк", "post": "почта"}
_WORDS: Final = {
    "opening": "Начальный остаток",
    "payment": "Оплата",
    "penalty-payment": "Оплата пеней",
    "refund": "Возврат платежа",
    "penalty-refund": "Возврат оплаты пеней",
}
_OF_BILL: Final = {
    "charge": "Начислено за {month}",
    "recalculation": "Перерасчёт за прошлые месяцы, в счёте за {month}",
    "penalty": "Пени, в счёте за {month}",
}


def statement(session: Session, request: contract.StatementRequest, now: datetime) -> contract.Statement:
    """Raises `account_unknown`, and `invalid_request` for a reversed interval or one of too many postings."""
    account = known_account(session, request.account).account
    last = request.to_date or moscow_date(now)
    first = request.from_date or last.replace(year=last.year - 1, day=1)
    if first > last:
        raise invalid("from_date", "after_to_date", "Начало периода позже его конца.")
    since, before = _midnight(first), _midnight(last + timedelta(days=1))
    opening = ledger.balances_before(session, account, since)
    postings = ledger.postings_between(session, account, since, before, _MOST_ROWS + 1)
    if len(postings) > _MOST_ROWS:
        raise invalid("from_date", "too_long", "Слишком много операций: выберите период короче.")
    billed = ledger.charged_periods(session, account)
    rows = [_row(posting, billed) for posting in postings]
    return contract.Statement(
        account=account,
        from_date=first,
        to_date=last,
        opening_main=opening["receivable"],
        opening_penalty=opening["penalty_receivable"],
        closing_main=opening["receivable"] + _sum(rows, "main"),
        closing_penalty=opening["penalty_receivable"] + _sum(rows, "penalty"),
        rows=rows,
    )


def _row(posting: Posting, billed: Mapping[UUID, date]) -> contract.StatementRow:
    kind = posting.source.partition(":")[0]
    adds = posting.debit in _SIDES
    side, other = (posting.debit, posting.credit) if adds else (posting.credit, posting.debit)
    return contract.StatementRow(
        date=moscow_date(posting.occurred_at),
        kind=_KINDS[kind],
        text=_text(kind, posting.source, other, billed),
        amount=posting.amount if adds else -posting.amount,
        side=_SIDES[side],
        source=posting.source,
    )


def _text(kind: str, source: str, other: str, billed: Mapping[UUID, date]) -> str:
    if kind in _OF_BILL:
        period = Period.of(billed[UUID(source.partition(":")[2])])
        return _OF_BILL[kind].format(month=month_name(period))
    if kind == "opening":
        return _WORDS[kind]
    return f"{_WORDS[kind]}: {_CHANNELS.get(other, 'другой способ')}"


def _sum(rows: Iterable[contract.StatementRow], side: contract.Side) -> int:
    return sum(row.amount for row in rows if row.side == side)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), MOSCOW).astimezone(UTC)
