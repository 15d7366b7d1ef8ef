"""The acquirer misbehaves in every way it can; the books agree to the kopeck all the same."""

from typing import Any
from uuid import uuid4

import pytest

from deploy.demo.visitor import BankPage, eventually
from deploy.local.system import LocalSystem
from tests.support.acquirer import Acquirer
from tests.support.customer import Customer
from tests.support.persistence import Persistent
from tests.support.reconcile import look, reconcile

NO_MONEY, EXPIRED, UNKNOWN = "4000000000000119", "5555555555554543", "4000000000000101"


def only_order(acquirer: Acquirer, customer: Customer) -> dict[str, Any]:
    orders = acquirer.orders(account=customer.account)
    assert len(orders) == 1, orders
    return orders[0]


@pytest.mark.parametrize("mode", ["before", "twice", "unknown_order"])
def test_a_callback_at_an_odd_time_or_number_counts_once(
    mode: str, customer: Customer, system: LocalSystem, acquirer: Acquirer
) -> None:
    acquirer.rule("callback", mode, customer.account)
    customer.pay(10_00)
    assert reconcile(system, acquirer, [customer]) == 1


def test_without_any_callback_or_return_the_poller_learns_of_the_payment(
    customer: Customer, system: LocalSystem, acquirer: Acquirer
) -> None:
    acquirer.rule("callback", "never", customer.account)
    payment = customer.start(10_00)
    BankPage(payment["form_url"]).pay()
    assert reconcile(system, acquirer, [customer], timeout=30) == 1
    assert only_order(acquirer, customer)["callbackCount"] == 0


def test_a_callback_alone_is_enough(customer: Customer, system: LocalSystem, acquirer: Acquirer) -> None:
    BankPage(customer.start(10_00)["form_url"]).pay()
    assert reconcile(system, acquirer, [customer], timeout=30) == 1


def test_a_forged_callback_is_refused_and_asks_no_status(customer: Customer, acquirer: Acquirer) -> None:
    customer.start(10_00)
    order = only_order(acquirer, customer)
    parameters = {
        "mdOrder": order["orderId"],
        "orderNumber": order["orderNumber"],
        "operation": "deposited",
        "status": "1",
    }
    queries = order["statusQueries"]
    assert acquirer.callback(parameters, forged=True) == 403
    assert only_order(acquirer, customer)["statusQueries"] == queries
    assert acquirer.callback(parameters) == 200
    assert only_order(acquirer, customer)["statusQueries"] > queries


def test_a_true_callback_for_an_order_that_is_not_paid_credits_nothing(
    customer: Customer, system: LocalSystem, acquirer: Acquirer
) -> None:
    payment = customer.start(10_00)
    order = only_order(acquirer, customer)
    lie = {
        "mdOrder": order["orderId"],
        "orderNumber": order["orderNumber"],
        "operation": "deposited",
        "status": "1",
    }
    assert acquirer.callback(lie) == 200
    assert customer.visitor.payment(customer.account, payment["id"])["state"] == "awaiting"
    assert look(system, acquirer, customer).postings == ()


def test_a_callback_for_an_unknown_order_is_answered_and_changes_nothing(acquirer: Acquirer) -> None:
    parameters = {"mdOrder": str(uuid4()), "orderNumber": "nobody", "operation": "deposited", "status": "1"}
    assert acquirer.callback(parameters) == 200


def test_another_amount_in_a_callback_is_not_believed(
    customer: Customer, system: LocalSystem, acquirer: Acquirer
) -> None:
    acquirer.rule("callback", "wrong_amount", customer.account, amount=999_999)
    customer.pay(10_00)
    assert reconcile(system, acquirer, [customer]) == 1


def test_another_amount_in_the_status_is_quarantined_never_success(
    customer: Customer, system: LocalSystem, acquirer: Acquirer
) -> None:
    acquirer.rule("status", "wrong_amount", customer.account, amount=1_00)
    payment = customer.start(10_00)
    BankPage(payment["form_url"]).pay()
    customer.wait_state(payment["id"], "quarantined")
    seen = look(system, acquirer, customer)
    assert (seen.postings, seen.receipts) == ((), ())


@pytest.mark.parametrize("mode", ["http500", "lost", "slow", "slow_nothing"])
def test_a_register_that_fails_or_hangs_is_looked_up_and_ends_in_one_payment(
    mode: str, customer: Customer, system: LocalSystem, acquirer: Acquirer
) -> None:
    acquirer.rule("register", mode, customer.account, seconds=7, times=1)
    Persistent(customer).pay(10_00)
    assert reconcile(system, acquirer, [customer]) == 1


def test_an_acquirer_that_is_away_gives_an_honest_503_and_the_same_key_resumes(
    customer: Customer, system: LocalSystem, acquirer: Acquirer
) -> None:
    rules = [acquirer.rule(subject, "http500", customer.account) for subject in ("register", "status")]
    body = {
        "amount": 10_00,
        "values": customer.values(),
        "receipt_email": customer.email,
        "consent": True,
    }
    headers = {"Idempotency-Key": uuid4().hex}
    path = f"/accounts/{customer.account}/payments"
    refused = customer.visitor.send("POST", path, json=body, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (503, "acquirer_unavailable")
    assert int(refused.headers["Retry-After"]) > 0
    for rule in rules:
        acquirer.drop_rule(rule)

    def resumed() -> Any:
        answer = customer.visitor.send("POST", path, json=body, headers=headers)
        return answer.json() if answer.status_code == 201 and answer.json()["form_url"] else None

    payment = eventually(resumed, "the same key resumes the payment", 30, every=0.5)
    BankPage(payment["form_url"]).pay()
    customer.wait_state(payment["id"], "succeeded")
    assert reconcile(system, acquirer, [customer]) == 1


@pytest.mark.parametrize("mode", ["http500", "slow"])
def test_a_status_that_fails_leaves_the_outcome_open_until_it_answers(
    mode: str, customer: Customer, system: LocalSystem, acquirer: Acquirer
) -> None:
    acquirer.rule("status", mode, customer.account, seconds=6, times=2)
    payment = customer.start(10_00)
    BankPage(payment["form_url"]).pay()
    customer.wait_state(payment["id"], "succeeded", timeout=40)
    assert reconcile(system, acquirer, [customer]) == 1


@pytest.mark.parametrize("outcome", ["success", "decline"])
def test_an_unknown_outcome_is_never_failed_and_settles_later(
    outcome: str, customer: Customer, system: LocalSystem, acquirer: Acquirer
) -> None:
    payment = customer.start(10_00)
    BankPage(payment["form_url"]).pay(UNKNOWN)
    customer.wait_state(payment["id"], "unknown")
    body = {"amount": 5_00, "values": customer.values(), "receipt_email": customer.email, "consent": True}
    held = customer.visitor.send("POST", f"/accounts/{customer.account}/payments", json=body)
    assert (held.status_code, held.json()["code"]) == (409, "payment_in_progress")
    acquirer.settle(only_order(acquirer, customer)["orderId"], outcome)
    customer.wait_state(payment["id"], "succeeded" if outcome == "success" else "failed")
    if outcome == "decline":
        assert look(system, acquirer, customer).postings == ()
        customer.pay(5_00)
    assert reconcile(system, acquirer, [customer]) == 1


@pytest.mark.parametrize("card", [NO_MONEY, EXPIRED])
def test_a_declined_card_takes_no_money_keeps_the_reading_and_a_new_payment_goes_on(
    card: str, customer: Customer, system: LocalSystem, acquirer: Acquirer
) -> None:
    payment = customer.start(10_00)
    BankPage(payment["form_url"]).pay(card)
    failed = customer.wait_state(payment["id"], "failed")
    assert failed["form_url"] is None
    readings = customer.visitor.get(f"{customer.path}/readings")["readings"]
    assert any(row["source"] == "customer" and row["current"] for row in readings)
    customer.pay(10_00)
    assert reconcile(system, acquirer, [customer]) == 1


def test_an_order_nobody_began_to_pay_can_be_continued_or_cancelled(
    customer: Customer, system: LocalSystem, acquirer: Acquirer
) -> None:
    first = customer.start(10_00)
    path = f"/accounts/{customer.account}/payments/{first['id']}"
    assert customer.visitor.post(f"{path}/continue")["form_url"] == first["form_url"]
    customer.visitor.post(f"{path}/cancel")
    customer.wait_state(first["id"], "cancelled")
    again = customer.visitor.send("POST", f"{path}/continue")
    assert (again.status_code, again.json()["code"]) == (409, "payment_not_payable")
    paid = customer.pay(10_00)
    cancel = customer.visitor.send("POST", f"/accounts/{customer.account}/payments/{paid['id']}/cancel")
    assert (cancel.status_code, cancel.json()["code"]) == (409, "payment_not_cancellable")
    assert reconcile(system, acquirer, [customer]) == 1
