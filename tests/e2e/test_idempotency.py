"""A command sent again under its key, at once or later, changes nothing more; another body is a conflict."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest

from deploy.demo.visitor import Mailbox, Visitor
from deploy.local.system import LocalSystem
from tests.support.acquirer import Acquirer
from tests.support.customer import PASSWORD, Customer
from tests.support.households import Households
from tests.support.problems import code_of

AT_ONCE = 6


def at_once(send: Callable[[], httpx.Response]) -> list[httpx.Response]:
    """The same request from several threads that wait for one another."""
    barrier = threading.Barrier(AT_ONCE)

    def one(_: int) -> httpx.Response:
        barrier.wait(10)
        return send()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def the_same(answers: list[httpx.Response]) -> Any:
    """The one body that all of them carry."""
    assert len({(answer.status_code, answer.text) for answer in answers}) == 1, [a.text for a in answers]
    return answers[0].json()


def post(customer: Customer, path: str, key: str, body: dict[str, Any]) -> httpx.Response:
    return customer.visitor.send("POST", customer.path + path, json=body, headers={"Idempotency-Key": key})


def payment(customer: Customer, amount: int) -> dict[str, Any]:
    values = customer.values()
    return {"amount": amount, "values": values, "receipt_email": customer.email, "consent": True}


def test_a_reading_sent_again_is_the_same_reading(customer: Customer) -> None:
    key, body = uuid4().hex, {"values": customer.values(10)}
    reading = the_same(at_once(lambda: post(customer, "/readings", key, body)))
    the_same([post(customer, "/readings", key, body) for _ in range(2)])
    # Superseded by another one, the first is still what its key answers.
    post(customer, "/readings", uuid4().hex, {"values": customer.values(20)})
    assert post(customer, "/readings", key, body).json()["id"] == reading["id"]
    assert (
        code_of(post(customer, "/readings", key, {"values": customer.values(30)})) == "idempotency_conflict"
    )
    history = customer.visitor.get(f"{customer.path}/readings")["readings"]
    assert len([row for row in history if row["source"] == "customer"]) == 2


def test_a_payment_sent_again_is_one_order_at_the_bank(customer: Customer, acquirer: Acquirer) -> None:
    key, body = uuid4().hex, payment(customer, 70_00)
    answers = at_once(lambda: post(customer, "/payments", key, body))
    assert {answer.status_code for answer in answers} == {201}, [answer.text for answer in answers]
    assert len({answer.json()["id"] for answer in answers}) == 1
    again = post(customer, "/payments", key, body).json()
    assert (again["id"], again["state"]) == (answers[0].json()["id"], "awaiting")
    assert again["form_url"]
    assert code_of(post(customer, "/payments", key, payment(customer, 71_00))) == "idempotency_conflict"
    orders = acquirer.orders(account=customer.account)
    assert [order["amount"] for order in orders] == [70_00]


def test_a_registration_sent_again_is_one_letter(
    system: LocalSystem, mailbox: Mailbox, households: Households
) -> None:
    home, visitor = households.take(metered=False), Visitor(system.urls.gateway)
    email, key = f"again-{uuid4().hex[:8]}@example.org", uuid4().hex
    body = {
        "account": home.account,
        "address": home.address,
        "email": email,
        "password": PASSWORD,
        "password_again": PASSWORD,
        "phone": "+79105550000",
        "consent": True,
        "consent_version": "2026-01",
    }

    def send(**other: str) -> httpx.Response:
        headers = {"Idempotency-Key": key}
        return visitor.send("POST", "/registrations", json=body | other, headers=headers)

    first = the_same(at_once(send))
    assert send().json() == first
    assert code_of(send(phone="+79105550001")) == "idempotency_conflict"
    visitor.activate(mailbox.wait_letter(email, "Активация"))
    assert len(mailbox.letters(email)) == 1


@pytest.mark.parametrize("path", ["/readings", "/payments"])
def test_a_command_without_a_key_is_refused(path: str, resident: Customer) -> None:
    answer = resident.visitor.http.post(f"/api/v1{resident.path}{path}", json=payment(resident, 1))
    assert code_of(answer) == "idempotency_key_missing"


def test_a_registration_without_a_key_is_refused(system: LocalSystem) -> None:
    for path in ("/registrations", "/activations/letters"):
        answer = Visitor(system.urls.gateway).http.post(f"/api/v1{path}", json={})
        assert code_of(answer) in ("idempotency_key_missing", "invalid_request")


def test_the_same_key_of_two_customers_does_not_meet(resident: Customer, neighbour: Customer) -> None:
    key = uuid4().hex
    for path, make in (
        ("/readings", lambda who: {"values": who.values(15)}),
        ("/payments", lambda who: payment(who, 33_00)),
    ):
        one, other = (post(who, path, key, make(who)) for who in (resident, neighbour))
        assert (one.status_code, other.status_code) == (201, 201)
        assert one.json()["id"] != other.json()["id"]
    assert (
        code_of(post(resident, "/readings", key, {"values": resident.values(16)})) == "idempotency_conflict"
    )
