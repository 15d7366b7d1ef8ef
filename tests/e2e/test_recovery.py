"""A forgotten password, through the API and the letter's page, with cookies and with bearer tokens."""

import time

import httpx
import pytest

from deploy.demo.visitor import Mailbox, Visitor, eventually, letter_code, letter_token
from deploy.local.system import LocalSystem
from tests.support.customer import PASSWORD, Customer, make_customer
from tests.support.households import Households
from tests.support.problems import bad_fields, code_of
from tests.support.recovering import NEW_PASSWORD

WITHIN = 1.0


@pytest.fixture(params=["web", "app"])
def person(
    request: pytest.FixtureRequest, system: LocalSystem, mailbox: Mailbox, households: Households
) -> Customer:
    return make_customer(system.urls.gateway, mailbox, households.take(metered=False), request.param)


def asked(person: Customer) -> dict[str, object]:
    Visitor(str(person.visitor.http.base_url)).ask_recovery(person.account, person.email)
    return person.mailbox.wait_letter(person.email, "Восстановление")


def on_both(person: Customer, system: LocalSystem) -> list[Visitor]:
    """The same session on both gateway processes."""
    there = Visitor(f"http://127.0.0.1:{system.ports['gateway-2']}", person.visitor.channel)
    there.http.headers.update(person.visitor.http.headers)
    for cookie in person.visitor.http.cookies.jar:
        there.http.cookies.jar.set_cookie(cookie)
    return [person.visitor, there]


def test_the_link_s_page_sets_a_password_and_every_session_ends_on_both_gateways(
    person: Customer, system: LocalSystem
) -> None:
    visitors, letter = on_both(person, system), asked(person)
    assert [code_of(one.send("GET", "/me")) for one in visitors] == ["200", "200"]
    Visitor(system.urls.gateway).recover(letter, NEW_PASSWORD)
    until = time.monotonic() + WITHIN
    for one in visitors:
        eventually(
            lambda one=one: code_of(one.send("GET", "/me")) == "session_ended",  # type: ignore[misc]
            "the session ends",
            max(0.05, until - time.monotonic()),
            0.02,
        )
    fresh = Visitor(system.urls.gateway, person.visitor.channel)
    with pytest.raises(AssertionError, match="401"):
        fresh.sign_in(person.account, PASSWORD)
    fresh.sign_in(person.account, NEW_PASSWORD)
    told = person.mailbox.wait_letter(person.email, "Пароль изменён")
    assert person.account in told["text"]


def test_a_code_sets_a_password(person: Customer, system: LocalSystem) -> None:
    letter = asked(person)
    body = {
        "account": person.account,
        "code": letter_code(letter),
        "password": NEW_PASSWORD,
        "password_again": NEW_PASSWORD,
    }
    app = Visitor(system.urls.gateway, person.visitor.channel)
    assert bad_fields(app.send("PUT", "/recoveries", json=body | {"password_again": "x"})) == {
        "password_again"
    }
    easy = {"password": "password123", "password_again": "password123"}
    assert bad_fields(app.send("PUT", "/recoveries", json=body | easy)) == {"password"}
    assert code_of(app.send("PUT", "/recoveries", json=body)) == "200"
    assert code_of(app.send("PUT", "/recoveries", json=body)) == "link_used"
    app.sign_in(person.account, NEW_PASSWORD)


def test_asking_answers_the_same_whether_or_not_there_is_a_profile(
    person: Customer, system: LocalSystem
) -> None:
    told = [
        {"account": person.account, "email": person.email},
        {"account": person.account, "email": "nobody@example.org"},
        {"account": "000000066", "email": person.email},
    ]
    answers = [Visitor(system.urls.gateway).send("POST", "/recoveries", json=body) for body in told]
    assert {(answer.status_code, answer.text) for answer in answers} == {(202, answers[0].text)}


def test_neither_opening_the_page_nor_a_mistake_uses_the_link(person: Customer, system: LocalSystem) -> None:
    token = letter_token(asked(person), "/recover")
    somebody = Visitor(system.urls.gateway)
    for _ in range(3):
        somebody.open(f"/recover?token={token}")

    def submit(one: str, two: str, token: str = token) -> httpx.Response:
        body = {"token": token, "password": one, "password_again": two}
        return somebody.send("PUT", "/recoveries", json=body)

    for one, two, field in (
        (NEW_PASSWORD, "another", "password_again"),
        ("short", "short", "password"),
        ("password123", "password123", "password"),
    ):
        assert bad_fields(submit(one, two)) == {field}
    assert submit(NEW_PASSWORD, NEW_PASSWORD).status_code == 200
    assert code_of(submit(NEW_PASSWORD, NEW_PASSWORD)) == "link_used"
    assert code_of(submit(NEW_PASSWORD, NEW_PASSWORD, "torn")) == "link_stale"
