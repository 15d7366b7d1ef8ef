"""The ledger: append-only, one posting a fact, and the line «Оплачено по текущей квитанции» by its dates."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from deploy.local.system import LocalSystem
from services.billing.handlers import accounts, money
from services.contracts import billing, payments


@pytest.fixture
def session(system: LocalSystem) -> Any:
    """A transaction on billing's database that is never committed."""
    url = system.urls.databases["billing"].replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, poolclass=NullPool)
    with Session(engine) as opened:
        yield opened
        opened.rollback()


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)


ACCOUNT = "999000001"


def an_account(session: Session) -> None:
    session.execute(
        text(
            "INSERT INTO accounts VALUES (:a, 'Калуга', 'ул. Ленина', '1', '1', '248000', 2, 'urban_gas', NULL, :p)"
        ),
        {"a": ACCOUNT, "p": uuid4()},
    )


def a_bill(session: Session, period: str, amount: int, published: str) -> None:
    session.execute(
        text("INSERT INTO bills VALUES (:id, :a, :period, :amount, :at, :due)"),
        {
            "id": uuid4(),
            "a": ACCOUNT,
            "period": date.fromisoformat(f"{period}-01"),
            "amount": amount,
            "at": at(published),
            "due": at(published).date(),
        },
    )


def a_payment(
    session: Session, amount: int, day: str, channel: payments.Channel = "cabinet"
) -> payments.PaymentSucceeded:
    event = payments.PaymentSucceeded(
        payment_id=uuid4(),
        account=ACCOUNT,
        amount=amount,
        currency="643",
        paid_at=at(day),
        channel=channel,
        order_number="x",
        acquirer_order_id="x",
        reading_id=None,
        zones=[],
        values=[],
        main=amount,
        penalty=0,
    )
    money.post_payment(session, event, at(day))
    return event


def a_refund(session: Session, payment: payments.PaymentSucceeded, amount: int, day: str) -> None:
    event = payments.PaymentRefunded(
        payment_id=payment.payment_id,
        refund_id=uuid4(),
        account=ACCOUNT,
        amount=amount,
        refunded_at=at(day),
        channel=payment.channel,
    )
    money.post_refund(session, event, at(day))


def line(session: Session, day: str) -> int | None:
    state = accounts.account_state(session, billing.AccountRequest(account=ACCOUNT), at(day))
    return state.paid_on_current_bill


def test_the_older_manuals_example_comes_to_750_roubles(session: Session) -> None:
    an_account(session)
    a_bill(session, "2026-01", 1000_00, "2026-02-05")
    for amount, day in ((100_00, "2026-02-15"), (500_00, "2026-02-23"), (150_00, "2026-03-03")):
        a_payment(session, amount, day)
    assert line(session, "2026-03-04") == 750_00


def test_the_line_disappears_with_a_new_bill_until_its_first_payment(session: Session) -> None:
    an_account(session)
    a_bill(session, "2026-01", 1000_00, "2026-02-05")
    a_payment(session, 100_00, "2026-02-15")
    a_bill(session, "2026-02", 900_00, "2026-03-05")
    assert line(session, "2026-03-06") is None
    a_payment(session, 10_00, "2026-03-07")
    assert line(session, "2026-03-08") == 10_00


def test_payments_of_other_channels_count_in_the_balance_but_not_in_the_line(session: Session) -> None:
    an_account(session)
    a_bill(session, "2026-01", 1000_00, "2026-02-05")
    a_payment(session, 300_00, "2026-02-10", "bank")
    state = accounts.account_state(session, billing.AccountRequest(account=ACCOUNT), at("2026-02-11"))
    assert (state.paid_on_current_bill, state.paid_since_bill, state.balance) == (None, 300_00, -300_00)


def test_a_refund_lowers_the_line_and_raises_the_balance_in_whatever_order_it_comes(session: Session) -> None:
    an_account(session)
    a_bill(session, "2026-01", 1000_00, "2026-02-05")
    paid = a_payment(session, 300_00, "2026-02-10")
    a_refund(session, paid, 100_00, "2026-02-12")
    assert line(session, "2026-02-13") == 200_00


def test_an_overpayment_is_a_negative_balance_with_nothing_due(session: Session) -> None:
    an_account(session)
    a_payment(session, 5_00, "2026-02-10")
    state = accounts.account_state(session, billing.AccountRequest(account=ACCOUNT), at("2026-02-11"))
    assert (state.balance, state.due) == (-5_00, 0)


def test_the_same_payment_is_posted_once(session: Session) -> None:
    an_account(session)
    event = a_payment(session, 5_00, "2026-02-10")
    money.post_payment(session, event, at("2026-02-11"))
    count = session.execute(text("SELECT count(*) FROM postings WHERE account = :a"), {"a": ACCOUNT})
    assert count.scalar_one() == 1


@pytest.mark.parametrize(
    "statement", ["UPDATE postings SET amount = 1", "DELETE FROM postings", "TRUNCATE postings"]
)
def test_the_ledger_can_not_be_edited_by_its_own_role(
    statement: str, database: Callable[[str], "psycopg.Connection[Any]"]
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        database("billing").execute(statement)


@pytest.mark.parametrize(
    "statement", ["UPDATE postings SET amount = 1", "DELETE FROM postings", "TRUNCATE postings"]
)
def test_nor_by_anybody_else(statement: str, system: LocalSystem) -> None:
    admin = system.urls.database_admin.rsplit("/", 1)[0] + "/svet_billing"
    with (
        psycopg.connect(admin) as connection,
        pytest.raises(psycopg.errors.RaiseException, match="append-only"),
    ):
        connection.execute(statement)
