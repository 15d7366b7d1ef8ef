"""The main job over HTTP, with cookies and with bearer tokens: registration to receipt."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from deploy.demo.visitor import SECURE_CARD, BankPage, Mailbox, activation_code, activation_token, eventually
from deploy.local.system import LocalSystem
from services.common.money import roubles
from tests.support.acquirer import Acquirer
from tests.support.customer import PASSWORD, Customer, make_customer
from tests.support.households import Households
from tests.support.reconcile import reconcile


@pytest.mark.parametrize("channel", ["web", "app"])
def test_a_household_goes_from_registration_to_receipt(
    channel: str, system: LocalSystem, mailbox: Mailbox, acquirer: Acquirer, households: Households
) -> None:
    home = households.take(lambda home: home.balance > 100_00, zones=2)
    customer = make_customer(system.urls.gateway, mailbox, home, channel)
    before = customer.state()
    assert (before["balance"], before["due"]) == (home.balance, home.balance)
    assert before["paid_on_current_bill"] is None
    assert before["address"] == home.address

    reading = customer.visitor.post(f"{customer.path}/readings", {"values": customer.values(30)})
    assert (reading["status"], reading["current"]) == ("accepted", True)

    payment = customer.start(100_00, growth=35)
    assert payment["state"] == "awaiting"
    returned = BankPage(payment["form_url"]).pay(SECURE_CARD)
    assert returned.startswith(f"http://localhost:{system.ports['gateway']}/pay/return?")
    done = customer.wait_state(payment["id"], "succeeded")
    assert done["message"] == "Платёж успешно выполнен"

    after = customer.wait_counted(payment["id"])
    assert after["balance"] == home.balance - 100_00
    assert after["paid_on_current_bill"] == 100_00

    rows = customer.visitor.get(f"{customer.path}/payments")["rows"]
    kinds = [(row["kind"], row["amount"], row["values"]) for row in rows]
    typed = [[int(value) for value in customer.values(growth)] for growth in (35, 30)]
    assert kinds == [("payment", 100_00, typed[0]), ("reading", None, typed[1])]
    assert rows[1]["message"] == "Передача показаний без оплаты"

    history = customer.visitor.get(f"{customer.path}/readings")["readings"]
    assert [(r["values"], r["current"]) for r in history if r["source"] == "customer"] == [
        (typed[0], True),
        (typed[1], False),
    ]

    receipt = mailbox.wait_letter(customer.email, "Квитанция")
    for text in (payment["id"], roubles(100_00), customer.account, home.address):
        assert text in receipt["text"]
    assert reconcile(system, acquirer, [customer]) == 1

    assert customer.visitor.send("DELETE", "/sessions/current").status_code == 204
    assert customer.visitor.send("GET", customer.path).status_code == 401


def test_activation_by_the_code_of_the_letter(system: LocalSystem, mailbox: Mailbox, household: Any) -> None:
    from deploy.demo.visitor import Visitor

    visitor, email = Visitor(system.urls.gateway, "app"), f"code-{household.account}@example.org"
    visitor.register(household.account, household.address, email, PASSWORD)
    letter = mailbox.wait_letter(email, "Активация")
    visitor.post("/activations", {"account": household.account, "code": activation_code(letter)})
    assert visitor.sign_in(household.account, PASSWORD)["access_token"]
    again = visitor.send("POST", "/activations", json={"token": activation_token(letter)})
    assert (again.status_code, again.json()["code"]) == (410, "link_used")


def test_opening_the_activation_link_activates_nothing_until_the_button_is_pressed(
    system: LocalSystem, mailbox: Mailbox, household: Any
) -> None:
    from deploy.demo.visitor import Visitor, activation_link

    visitor, email = Visitor(system.urls.gateway), f"link-{household.account}@example.org"
    visitor.register(household.account, household.address, email, PASSWORD)
    letter = mailbox.wait_letter(email, "Активация")
    assert visitor.http.get(activation_link(letter)).status_code == 200
    body = {"account": household.account, "password": PASSWORD, "channel": "web"}
    assert visitor.send("POST", "/sessions", json=body).status_code == 401
    visitor.activate(letter)
    assert visitor.send("POST", "/sessions", json=body).status_code == 201


def test_large_sums_are_paid_in_parts_with_the_same_reading(
    customer: Customer, system: LocalSystem, acquirer: Acquirer
) -> None:
    first = customer.pay(70_00)
    second = customer.pay(30_00)
    customer.wait_counted(first["id"])
    state = customer.wait_counted(second["id"])
    assert state["paid_on_current_bill"] == 100_00
    readings = customer.visitor.get(f"{customer.path}/readings")["readings"]
    assert len([r for r in readings if r["source"] == "customer"]) == 1
    assert reconcile(system, acquirer, [customer]) == 2


def test_a_refund_goes_back_into_balance_and_line(
    customer: Customer, system: LocalSystem, acquirer: Acquirer
) -> None:
    payment = customer.pay(50_00)
    customer.wait_counted(payment["id"])
    acquirer.refund(customer.account, 20_00)
    customer.wait_state(payment["id"], "partly_refunded")
    assert reconcile(system, acquirer, [customer]) == 1
    state = customer.state()
    assert state["balance"] == customer.home.balance - 30_00
    assert state["paid_on_current_bill"] == 30_00


def test_a_refund_takes_back_the_penalty_before_the_debt(
    system: LocalSystem,
    mailbox: Mailbox,
    acquirer: Acquirer,
    households: Households,
    database: Callable[[str], "psycopg.Connection[Any]"],
) -> None:
    home = households.take(lambda home: home.bill is not None and 0 < home.balance < 5_000_00)
    customer = make_customer(system.urls.gateway, mailbox, home)
    database("billing").execute(
        "INSERT INTO postings (id, account, debit, credit, amount, source, occurred_at, posted_at) VALUES "
        "(gen_random_uuid(), %s, 'penalty_receivable', 'penalties', 15000, 'penalty:of-this-test', now(), now())",
        (home.account,),
    )
    before = customer.state()
    assert (before["penalty"], before["due"]) == (150_00, home.balance + 150_00)
    payment = customer.pay(home.balance + 100_00)
    paid = customer.wait_counted(payment["id"])
    assert (paid["balance"], paid["penalty"]) == (0, 50_00), "the debt is settled first"
    acquirer.refund(customer.account, 120_00)
    customer.wait_state(payment["id"], "partly_refunded")
    after = eventually(lambda: _with_penalty(customer, 150_00), "the refund is posted")
    assert (after["balance"], after["due"]) == (20_00, 170_00)


def _with_penalty(customer: Customer, kopecks: int) -> dict[str, Any] | None:
    state = customer.state()
    return state if state["penalty"] == kopecks else None


def test_a_customer_never_sees_another_household(customer: Customer, households: Households) -> None:
    other = households.take().account
    answer = customer.visitor.send("GET", f"/accounts/{other}")
    assert answer.status_code == 404
    unknown = customer.visitor.send("GET", "/accounts/999999999")
    assert answer.json() | {"reference": ""} == unknown.json() | {"reference": ""}
