"""Several accounts in one cabinet, with cookies and with bearer tokens: linked, used, objected to, removed."""

import time
from collections.abc import Callable
from uuid import uuid4

import httpx
import pytest

from deploy.demo.visitor import Mailbox, Visitor, eventually
from deploy.local.system import LocalSystem
from tests.support.cabinets import objection_token
from tests.support.customer import Customer, make_customer
from tests.support.doors import BODIES, Route, described
from tests.support.households import Households
from tests.support.problems import code_of

WITHIN = 1.0
"""Seconds for every gateway process to hear that access has changed."""
Make = Callable[..., Customer]


@pytest.fixture
def make(system: LocalSystem, mailbox: Mailbox, households: Households) -> Make:
    """`make("web")`: a customer with cookies, `make("app")`: with bearer tokens; each in a household of its own."""
    return lambda channel="web": make_customer(
        system.urls.gateway, mailbox, households.take(lambda home: home.balance > 100_00, zones=1), channel
    )


@pytest.fixture(params=["web", "app"])
def person(request: pytest.FixtureRequest, make: Make) -> Customer:
    return make(request.param)


@pytest.fixture
def owner(make: Make) -> Customer:
    """Somebody whose primary account others link."""
    return make("app")


def link(who: Customer, account: Customer) -> httpx.Response:
    return who.visitor.send(
        "POST", "/me/accounts", json={"account": account.account, "address": account.home.address}
    )


def everywhere(who: Customer, system: LocalSystem) -> list[Visitor]:
    """The same session on both gateway processes."""
    there = Visitor(f"http://127.0.0.1:{system.ports['gateway-2']}", who.visitor.channel)
    for name in ("Authorization", "X-CSRF-Token"):
        if name in who.visitor.http.headers:
            there.http.headers[name] = who.visitor.http.headers[name]
    for cookie in who.visitor.http.cookies.jar:
        there.http.cookies.jar.set_cookie(cookie)
    return [who.visitor, there]


def becomes(code: str, visitors: list[Visitor], path: str) -> None:
    """Every process answers so within a second from now."""
    until = time.monotonic() + WITHIN
    for visitor in visitors:
        eventually(
            lambda visitor=visitor: code_of(visitor.send("GET", path)) == code,  # type: ignore[misc]
            f"{path} answers {code}",
            max(0.05, until - time.monotonic()),
            0.02,
        )


def doors_of_an_account(system: LocalSystem) -> list[Route]:
    routes = [route for route in described(system.urls.gateway) if route.name in BODIES]
    return [route for route in routes if route.path.startswith("/api/v1/accounts/{account}")]


def knock(visitor: Visitor, routes: list[Route], account: str) -> dict[str, str]:
    return {
        route.name: code_of(
            visitor.send(route.method, route.at(account, str(uuid4())), json=BODIES[route.name])
        )
        for route in routes
    }


def objection(owner: Customer) -> str:
    return objection_token(owner.mailbox.wait_letter(owner.email, "подключён"))


def test_both_accounts_are_used_in_one_cabinet(person: Customer, owner: Customer) -> None:
    assert link(person, owner).status_code == 201
    assert person.visitor.get("/me")["accounts"] == [
        {"account": person.account, "primary": True},
        {"account": owner.account, "primary": False},
    ]
    second = Customer(owner.home, person.visitor, person.mailbox, person.email)
    for mine in (person, second):
        assert mine.state()["account"] == mine.account
        given = mine.visitor.post(f"{mine.path}/readings", {"values": mine.values(40)})
        assert given["status"] in ("accepted", "held")
        assert mine.pay(10_00, growth=60)["state"] == "succeeded"
        rows = mine.visitor.get(f"{mine.path}/payments")["rows"]
        assert [row["amount"] for row in rows if row["kind"] == "payment"][:1] == [10_00]


def test_holders_share_an_account_but_nothing_of_each_other(person: Customer, owner: Customer) -> None:
    link(person, owner)
    payment = owner.start(10_00)
    path = f"{owner.path}/payments/{payment['id']}"
    seen = person.visitor.get(path)
    assert seen == payment | {"form_url": None}
    for act in ("continue", "cancel"):
        assert code_of(person.visitor.send("POST", f"{path}/{act}")) == "forbidden"
    (row,) = person.visitor.get(f"{owner.path}/payments")["rows"]
    assert (row["amount"], row["values"], row["receipt"]) == (10_00, [int(owner.values()[0])], False)
    told = [person.visitor.send("GET", p).text for p in ("/me", owner.path, f"{owner.path}/payments", path)]
    assert not any(owner.email in text or 'form_url":"' in text for text in told)
    assert owner.visitor.post(f"{path}/cancel")["state"] == "cancelled"


def test_an_objection_by_the_letter_takes_the_account_away_on_every_gateway_at_once(
    person: Customer, owner: Customer, system: LocalSystem
) -> None:
    link(person, owner)
    everybody = everywhere(person, system)
    for visitor in everybody:
        assert visitor.send("GET", owner.path).status_code == 200
    token = objection(owner)
    anybody = Visitor(system.urls.gateway)
    for _ in range(3):
        anybody.open(f"/objection?token={token}")
    assert everybody[0].send("GET", owner.path).status_code == 200, "opening the link does nothing"
    anybody.post("/objections", {"token": token})
    becomes("account_frozen", everybody, owner.path)
    routes = doors_of_an_account(system)
    for visitor in everybody:
        assert knock(visitor, routes, owner.account) == {route.name: "account_frozen" for route in routes}
        assert visitor.get("/me")["frozen"] == [owner.account]
    assert person.state()["account"] == person.account
    assert owner.state()["account"] == owner.account
    person.mailbox.wait_letter(person.email, "приостановлен")
    assert code_of(anybody.send("POST", "/objections", json={"token": token})) == "link_used"
    assert code_of(anybody.send("POST", "/objections", json={"token": token[:-3]})) == "link_stale"


def test_a_frozen_account_can_be_removed_but_not_linked_anew(
    person: Customer, owner: Customer, system: LocalSystem
) -> None:
    link(person, owner)
    anybody = Visitor(system.urls.gateway)
    token = objection(owner)
    assert anybody.send("POST", "/objections", json={"token": token}).status_code == 200
    assert code_of(anybody.send("POST", "/objections", json={"token": token})) == "link_used"
    assert code_of(anybody.send("POST", "/objections", json={"token": "nonsense"})) == "link_stale"
    becomes("account_frozen", everywhere(person, system), owner.path)
    assert code_of(link(person, owner)) == "account_frozen"
    assert person.visitor.send("DELETE", f"/me/accounts/{owner.account}").status_code == 204
    becomes("account_unknown", everywhere(person, system), owner.path)
    assert person.visitor.get("/me")["frozen"] == []
    assert code_of(link(person, owner)) == "account_frozen"


def test_a_removed_account_is_closed_on_every_gateway_at_once(
    person: Customer, owner: Customer, system: LocalSystem
) -> None:
    link(person, owner)
    everybody, routes = everywhere(person, system), doors_of_an_account(system)
    for visitor in everybody:
        assert visitor.send("GET", owner.path).status_code == 200
    assert everybody[1].send("DELETE", f"/me/accounts/{owner.account}").status_code == 204
    assert code_of(everybody[1].send("GET", owner.path)) == "account_unknown"
    becomes("account_unknown", everybody, owner.path)
    for visitor in everybody:
        assert knock(visitor, routes, owner.account) == {route.name: "account_unknown" for route in routes}
        assert code_of(visitor.send("DELETE", f"/me/accounts/{owner.account}")) == "account_unknown"
        assert [linked["account"] for linked in visitor.get("/me")["accounts"]] == [person.account]
    assert owner.state()["account"] == owner.account


def test_one_s_own_mistakes_are_told_and_other_people_s_accounts_are_not(
    person: Customer, owner: Customer
) -> None:
    assert code_of(link(person, person)) == "already_linked"
    assert code_of(person.visitor.send("DELETE", f"/me/accounts/{person.account}")) == "primary_account"
    answers = []
    for account, address in ((owner.account, "Калуга, ул. Не та, д. 1"), ("000000017", owner.home.address)):
        body = {"account": account, "address": address}
        answer = person.visitor.send("POST", "/me/accounts", json=body)
        assert code_of(answer) == "link_refused"
        assert "(4842) 701-838" in answer.text
        answers.append({k: v for k, v in answer.json().items() if k not in ("reference", "instance")})
    assert answers[0] == answers[1]


def test_a_repeated_link_under_one_key_is_one_link(person: Customer, owner: Customer) -> None:
    body = {"account": owner.account, "address": owner.home.address}
    key = {"Idempotency-Key": uuid4().hex}
    for _ in range(2):
        assert person.visitor.send("POST", "/me/accounts", json=body, headers=key).status_code == 201
    assert len(person.visitor.get("/me")["accounts"]) == 2
    bare = person.visitor.http.post("/api/v1/me/accounts", json=body)
    assert code_of(bare) == "idempotency_key_missing"
