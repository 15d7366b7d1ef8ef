"""An account's statement leads from one balance of the ledger to another, posting by posting."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy.orm import Session

from services.billing.handlers import accounts, money
from services.billing.handlers.statement import statement
from services.common.period import Period
from services.contracts import billing, payments
from services.contracts.errors import ServiceError
from services.contracts.statement import Statement, StatementRequest
from tests.integration.billing.conftest import ACCOUNT
from tests.support.billed import at, close, metered

JULY = Period(2026, 7)


def pay(session: Session, amount: int, day: str, penalty: int = 0) -> payments.PaymentSucceeded:
    event = payments.PaymentSucceeded(
        payment_id=uuid4(),
        account=ACCOUNT,
        amount=amount,
        currency="643",
        paid_at=at(day),
        channel="cabinet",
        order_number="x",
        acquirer_order_id="x",
        reading_id=None,
        zones=[],
        values=[],
        main=amount - penalty,
        penalty=penalty,
    )
    money.post_payment(session, event, at(day))
    return event


def give_back(
    session: Session, payment: payments.PaymentSucceeded, amount: int, penalty: int, day: str
) -> None:
    event = payments.PaymentRefunded(
        payment_id=payment.payment_id,
        refund_id=uuid4(),
        account=ACCOUNT,
        amount=amount,
        penalty=penalty,
        refunded_at=at(day),
        channel="cabinet",
    )
    money.post_refund(session, event, at(day))
    money.post_refund(session, event, at(day))


def a_year(session: Session) -> None:
    """A debt of July that bears a penalty, a payment of both, a part of it given back."""
    months = (JULY, JULY.next, JULY.next.next)
    for month, kwh, day in zip(months, (200, 0, 0), ("2026-08-03", "2026-09-03", "2026-10-03"), strict=True):
        close(session, month, metered(ACCOUNT, [kwh], month.previous, month), day=day)
    paid = pay(session, 1600_00, "2026-10-12", penalty=805)
    give_back(session, paid, 1000_00, 805, "2026-10-20")


def told(session: Session, first: str, last: str) -> Statement:
    request = StatementRequest(
        account=ACCOUNT, from_date=date.fromisoformat(first), to_date=date.fromisoformat(last)
    )
    return statement(session, request, at("2026-11-20"))


def test_every_posting_is_told_in_words(books: Session) -> None:
    a_year(books)
    found = told(books, "2026-08-01", "2026-10-31")
    assert [(str(row.date), row.kind, row.side, row.amount, row.text) for row in found.rows] == [
        ("2026-08-03", "charge", "main", 1496_00, "Начислено за июль 2026"),
        ("2026-10-03", "penalty", "penalty", 805, "Пени, в счёте за сентябрь 2026"),
        ("2026-10-12", "payment", "main", -1591_95, "Оплата: личный кабинет"),
        ("2026-10-12", "payment", "penalty", -805, "Оплата пеней: личный кабинет"),
        ("2026-10-20", "refund", "penalty", 805, "Возврат оплаты пеней: личный кабинет"),
        ("2026-10-20", "refund", "main", 991_95, "Возврат платежа: личный кабинет"),
    ]
    assert len({row.source for row in found.rows}) == len(found.rows)


def test_it_closes_with_the_balances_of_the_account(books: Session) -> None:
    a_year(books)
    state = accounts.account_state(books, billing.AccountRequest(account=ACCOUNT), at("2026-11-20"))
    found = told(books, "2026-08-01", "2026-11-20")
    assert (found.opening_main, found.opening_penalty) == (0, 0)
    assert (found.closing_main, found.closing_penalty) == (state.balance, state.penalty) == (896_00, 805)
    assert state.paid_since_bill == 600_00


@pytest.mark.parametrize("cut", ["2026-08-02", "2026-08-03", "2026-10-03", "2026-10-12", "2026-10-25"])
def test_two_intervals_meet_at_one_balance(books: Session, cut: str) -> None:
    a_year(books)
    after = str(date.fromordinal(date.fromisoformat(cut).toordinal() + 1))
    one, other = told(books, "2026-07-01", cut), told(books, after, "2026-11-20")
    whole = told(books, "2026-07-01", "2026-11-20")
    assert (one.closing_main, one.closing_penalty) == (other.opening_main, other.opening_penalty)
    assert [*one.rows, *other.rows] == whole.rows


def test_a_day_is_of_the_retailers_zone(books: Session) -> None:
    late = payments.PaymentSucceeded.model_validate(
        pay(books, 200, "2026-10-12").model_dump()
        | {"payment_id": uuid4(), "paid_at": at("2026-10-12", 21), "main": 300, "amount": 300}
    )
    money.post_payment(books, late, at("2026-10-13"))
    assert [row.amount for row in told(books, "2026-10-13", "2026-10-13").rows] == [-300]


def test_without_dates_it_is_the_year_through_today(books: Session) -> None:
    found = statement(books, StatementRequest(account=ACCOUNT), at("2026-11-20"))
    assert (str(found.from_date), str(found.to_date), found.rows) == ("2025-11-01", "2026-11-20", [])


def test_an_unknown_account_and_a_reversed_interval_are_told(books: Session) -> None:
    with pytest.raises(ServiceError) as unknown:
        statement(books, StatementRequest(account="999999999"), at("2026-11-20"))
    assert unknown.value.code == "account_unknown"
    with pytest.raises(ServiceError) as reversed_:
        told(books, "2026-10-02", "2026-10-01")
    assert [field.field for field in reversed_.value.fields] == ["from_date"]
