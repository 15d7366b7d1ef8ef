"""However the acquirer tells it, a payment has one outcome, told once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from deploy.demo.visitor import SECURE_CARD, eventually
from services.common.clock import moscow_date, real_now
from services.contracts import payments
from services.contracts.caller import Caller
from services.contracts.errors import ServiceError
from tests.integration.payments.conftest import Payer

Payers = Callable[..., Payer]
NO_MONEY, UNKNOWN_CARD = "4000000000000119", "4000000000000101"


def postings(database: Any, payer: Payer) -> list[tuple[str, int]]:
    rows = database("billing").execute(
        "SELECT debit, amount FROM postings WHERE account = %s ORDER BY posted_at, debit", (payer.account,)
    )
    return [(debit, amount) for debit, amount in rows]


def test_a_paid_order_is_posted_once_and_its_receipt_is_mailed_once(payer: Payers, database: Any) -> None:
    someone = payer(1000)
    payment = someone.start(45_678, values=["1100"])
    someone.pay(payment, SECURE_CARD)
    paid = someone.wait(payment.id, "succeeded")
    assert paid.message == "Платёж успешно выполнен"
    assert paid.paid_at
    assert paid.form_url is None
    someone.wait_balance(-45_678)
    assert postings(database, someone) == [("acquirer", 45_678)]
    assert someone.receipts() == 1
    (row,) = someone.history()
    assert (row.kind, row.amount, row.values, row.at) == ("payment", 45_678, [1100], paid.paid_at)
    assert (row.message, row.receipt, row.channel) == ("Платёж успешно выполнен", True, "cabinet")
    someone.caller = Caller(kind="customer", user=uuid4())
    assert not someone.history()[0].receipt, "a co-holder sees the payment, not its receipt"


def test_callback_return_and_poller_at_once_make_one_fact(payer: Payers, database: Any) -> None:
    someone = payer()
    payment = someone.start()
    someone.bank.rule("callback", "twice", someone.account)
    someone.pay(payment)
    request = payments.PaymentRequest(account=someone.account, payment_id=payment.id)
    asked = [someone.bus.submit(payments.STATUS, request, caller=someone.caller) for _ in range(12)]
    assert {answer.result().state for answer in asked} <= {"awaiting", "succeeded"}
    someone.wait(payment.id, "succeeded")
    someone.wait_balance(-payment.amount)
    assert someone.receipts() == 1
    told = database("billing").execute("SELECT count(*) FROM postings WHERE account = %s", (someone.account,))
    assert told.fetchone() == (1,)


def test_without_any_callback_or_return_the_poller_learns_of_it(payer: Payers) -> None:
    someone = payer()
    payment = someone.start()
    someone.bank.rule("callback", "never", someone.account)
    someone.pay(payment)
    someone.wait(payment.id, "succeeded")
    someone.wait_balance(-payment.amount)


def test_a_refused_card_fails_the_payment_and_says_why(payer: Payers) -> None:
    someone = payer(1000)
    payment = someone.start(values=["1100"])
    someone.pay(payment, NO_MONEY)
    failed = someone.wait(payment.id, "failed")
    assert failed.message == "Платёж не прошёл, деньги не списаны. На карте не хватает денег"
    assert someone.balance() == 0
    assert someone.history()[0].values == [1100], "a failed payment does not withdraw its reading"


@pytest.mark.parametrize(("outcome", "state"), [("success", "succeeded"), ("decline", "failed")])
def test_an_unknown_outcome_stays_unknown_until_the_acquirer_knows(
    payer: Payers, outcome: str, state: str
) -> None:
    someone = payer()
    payment = someone.start()
    someone.pay(payment, UNKNOWN_CARD)
    assert someone.wait(payment.id, "unknown").form_url is None
    (order,) = someone.orders()
    someone.bank.settle(order["orderId"], outcome)
    someone.wait(payment.id, state)


@pytest.mark.parametrize("mode", ["http500", "lost"])
def test_an_acquirer_that_fails_to_answer_fails_no_payment(payer: Payers, mode: str) -> None:
    someone = payer()
    payment = someone.start()
    rule = someone.bank.rule("status", mode, someone.account)
    someone.pay(payment)
    assert someone.status(payment.id).state == "awaiting"
    someone.bank.drop_rule(rule)
    someone.wait(payment.id, "succeeded")


def test_another_amount_at_the_acquirer_is_quarantined_and_credits_nothing(payer: Payers) -> None:
    someone = payer()
    payment = someone.start()
    someone.bank.rule("status", "wrong_amount", someone.account)
    someone.pay(payment)
    someone.wait(payment.id, "quarantined")
    assert someone.balance() == 0
    assert not someone.history()[0].receipt


def test_a_false_callback_amount_changes_nothing(payer: Payers) -> None:
    someone = payer()
    payment = someone.start()
    someone.bank.rule("callback", "wrong_amount", someone.account)
    someone.pay(payment)
    someone.wait(payment.id, "succeeded")
    someone.wait_balance(-payment.amount)


def test_a_forged_callback_is_refused_and_asks_nobody(payer: Payers) -> None:
    someone = payer()
    someone.start()
    (order,) = someone.orders()
    parameters = {"mdOrder": order["orderId"], "orderNumber": order["orderNumber"], "status": "1"}
    request = payments.CallbackRequest(parameters=parameters | {"checksum": "0" * 64})
    with pytest.raises(ServiceError) as error:
        someone.bus.call(payments.CALLBACK, request)
    assert error.value.code == "callback_refused"


def test_a_callback_that_says_paid_is_not_believed_without_the_status(payer: Payers) -> None:
    someone = payer()
    payment = someone.start()
    (order,) = someone.orders()
    told = {"mdOrder": order["orderId"], "orderNumber": order["orderNumber"], "operation": "deposited"}
    assert someone.bank.callback(told | {"status": "1", "amount": str(payment.amount)}) == 200
    assert someone.kept(payment.id) == "awaiting"
    assert someone.bank.order(order["orderId"])["statusQueries"] > 0
    assert someone.balance() == 0


def test_a_callback_for_an_unknown_order_is_heard_and_tells_nothing(payer: Payers) -> None:
    someone = payer()
    payment = someone.start()
    someone.bank.rule("callback", "unknown_order", someone.account)
    someone.pay(payment)
    someone.wait(payment.id, "succeeded")
    (order,) = someone.orders()
    heard = someone.bank.order(order["orderId"], wait=10, callbacks=1)
    assert heard["callbacks"][0]["answers"] == [200]


def test_an_order_nobody_began_to_pay_is_continued_at_the_same_page_or_cancelled(payer: Payers) -> None:
    someone = payer()
    payment = someone.start()
    assert someone.ask(payments.CONTINUE, payment.id).form_url == payment.form_url
    cancelled = someone.ask(payments.CANCEL, payment.id)
    assert (cancelled.state, cancelled.form_url) == ("cancelled", None)
    assert someone.ask(payments.CANCEL, payment.id).state == "cancelled"
    assert [order["state"] for order in someone.orders()] == ["declined"]
    with pytest.raises(ServiceError) as error:
        someone.ask(payments.CONTINUE, payment.id)
    assert error.value.code == "payment_not_payable"


def test_a_cancellation_that_got_no_answer_is_carried_on_with(payer: Payers) -> None:
    someone = payer()
    payment = someone.start()
    rule = someone.bank.rule("decline", "http500", someone.account)
    with pytest.raises(ServiceError) as error:
        someone.ask(payments.CANCEL, payment.id)
    assert error.value.code == "acquirer_unavailable"
    someone.bank.drop_rule(rule)
    someone.wait(payment.id, "cancelled")


def test_a_payment_that_was_begun_cannot_be_cancelled(payer: Payers) -> None:
    someone = payer()
    payment = someone.start()
    someone.pay(payment)
    with pytest.raises(ServiceError) as error:
        someone.ask(payments.CANCEL, payment.id)
    assert error.value.code == "payment_not_cancellable"
    someone.wait(payment.id, "succeeded")


def test_refunds_are_told_by_their_differences(payer: Payers, database: Any) -> None:
    someone = payer()
    payment = someone.start(10_000)
    someone.pay(payment)
    someone.wait(payment.id, "succeeded")
    someone.refund(3_000)
    assert someone.wait(payment.id, "partly_refunded").refunded == 3_000
    someone.refund(7_000)
    assert someone.wait(payment.id, "refunded").refunded == 10_000
    someone.wait_balance(0)
    sums = sorted(postings(database, someone))
    assert sums == [("acquirer", 10_000), ("receivable", 3_000), ("receivable", 7_000)]


def test_readings_given_without_payment_are_in_the_history_too(payer: Payers) -> None:
    someone = payer(1000)
    someone.meter.submit(1050)
    someone.meter.submit(900)
    payment = someone.start(values=["1100"])
    rows = eventually_rows(someone, 3)
    assert [(row.kind, row.message, row.values) for row in rows] == [
        ("payment", "Ждём оплату", [1100]),
        ("reading", "Передача показаний без оплаты: не принято", [900]),
        ("reading", "Передача показаний без оплаты", [1050]),
    ]
    assert rows[0].id == payment.id
    today = moscow_date(real_now())
    assert someone.history(from_date=today, to_date=today) == rows
    yesterday = today - timedelta(days=1)
    assert someone.history(to_date=yesterday) == []
    with pytest.raises(ServiceError) as error:
        someone.history(from_date=today, to_date=yesterday)
    assert error.value.code == "invalid_request"


def eventually_rows(payer: Payer, count: int) -> list[payments.HistoryRow]:
    return eventually(lambda: rows if len(rows := payer.history()) == count else None, f"{count} rows")
