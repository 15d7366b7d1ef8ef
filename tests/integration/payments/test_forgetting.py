"""A payer who deleted the profile is forgotten, and the payment is not."""

from collections.abc import Callable
from typing import Any

from tests.integration.payments.conftest import Payer
from tests.support.erasure import forget

Payers = Callable[..., Payer]


def kept(payer: Payer, payment_id: Any) -> tuple[Any, ...]:
    row = payer.database.execute(
        "SELECT user_id, receipt_email, consent_at IS NOT NULL, address <> '' FROM payments WHERE id = %s",
        (payment_id,),
    ).fetchone()
    assert row
    return tuple(row)


def test_a_finished_payment_stays_as_a_document_without_its_payer(payer: Payers, database: Any) -> None:
    someone = payer(1000)
    payment = someone.start(10_000, key="a-key-of-the-payer", values=["1100"])
    someone.pay(payment)
    someone.wait(payment.id, "succeeded")
    assert kept(someone, payment.id)[:2] == (someone.caller.user, someone.email)
    forget(database("auth"), someone.caller.user)
    assert kept(someone, payment.id) == (None, None, True, True)
    for service, query in (
        ("payments", "SELECT 1 FROM idempotency WHERE scope = %s"),
        ("readings", "SELECT 1 FROM readings WHERE submitted_by::text = %s"),
    ):
        assert database(service).execute(query, (str(someone.caller.user),)).fetchone() is None
    someone.wait_balance(-10_000)
    assert someone.receipts() == 1


def test_a_payment_that_is_open_gets_its_receipt_and_then_forgets_the_address(
    payer: Payers, database: Any
) -> None:
    someone = payer()
    payment = someone.start(10_000)
    forget(database("auth"), someone.caller.user)
    assert kept(someone, payment.id)[:2] == (None, someone.email)
    someone.pay(payment)
    someone.wait(payment.id, "succeeded")
    assert someone.receipts() == 1
    assert kept(someone, payment.id)[:2] == (None, None)
    letters = database("notify").execute('SELECT 1 FROM letters WHERE "user" = %s', (someone.caller.user,))
    assert letters.fetchone() is None


def test_a_payment_that_fails_forgets_the_address_too(payer: Payers, database: Any) -> None:
    someone = payer()
    payment = someone.start(10_000)
    forget(database("auth"), someone.caller.user)
    someone.pay(payment, "4000000000000119")
    someone.wait(payment.id, "failed")
    assert kept(someone, payment.id)[:2] == (None, None)
