"""Consents as the person meets them: the text, the list, agreeing anew, taking it back."""

from uuid import uuid4

import pytest

from deploy.demo.visitor import Mailbox, Visitor, eventually
from deploy.local.system import LocalSystem
from tests.support.customer import PASSWORD, Customer, make_customer
from tests.support.households import Households
from tests.support.problems import bad_fields, code_of


@pytest.fixture(params=["web", "app"])
def person(
    request: pytest.FixtureRequest, system: LocalSystem, mailbox: Mailbox, households: Households
) -> Customer:
    """With cookies, and with bearer tokens."""
    return make_customer(system.urls.gateway, mailbox, households.take(), request.param)


def agree(visitor: Visitor, version: str, **more: str) -> str:
    body = {"purpose": "personal_data", "version": version} | more
    return code_of(visitor.send("POST", "/me/consents", json=body))


def test_a_consent_is_listed_with_the_text_it_was_given_to(person: Customer) -> None:
    (kept,) = person.visitor.get("/me/consents")["consents"]
    assert (kept["purpose"], kept["channel"]) == ("personal_data", person.visitor.channel)
    assert kept["withdrawn_at"] is None
    text = person.visitor.http.get(kept["document"]).json()
    assert (text["hash"], text["title"], text["version"]) == (
        kept["text_hash"],
        kept["title"],
        kept["version"],
    )


def test_the_newest_text_is_agreed_to_again_without_a_second_act(person: Customer) -> None:
    version = person.visitor.get("/documents/personal_data")["version"]
    assert agree(person.visitor, version) == "200"
    assert len(person.visitor.get("/me/consents")["consents"]) == 1


def test_a_text_that_nobody_was_shown_cannot_be_agreed_to(person: Customer) -> None:
    body = {"purpose": "personal_data", "version": "1999-01"}
    assert bad_fields(person.visitor.send("POST", "/me/consents", json=body)) == {"version"}
    assert bad_fields(
        person.visitor.send("POST", "/me/consents", json={"purpose": "advertising", "version": "2026-11"})
    ) == {"purpose"}


def test_withdrawing_needs_the_password_and_ends_the_cabinet(person: Customer, system: LocalSystem) -> None:
    (kept,) = person.visitor.get("/me/consents")["consents"]
    path = f"/me/consents/{kept['id']}/withdrawal"
    assert code_of(person.visitor.send("POST", path, json={"password": "not this"})) == "password_refused"
    nobody_s = f"/me/consents/{uuid4()}/withdrawal"
    assert code_of(person.visitor.send("POST", nobody_s, json={"password": PASSWORD})) == "not_found"
    elsewhere = Visitor(system.urls.gateway, "app")
    elsewhere.sign_in(person.account, PASSWORD)
    assert person.visitor.send("POST", path, json={"password": PASSWORD}).status_code == 204
    eventually(lambda: elsewhere.send("GET", "/me").status_code == 401, "every session ends", 3, 0.02)
    assert dict(person.visitor.http.cookies) == {}
    body = {"account": person.account, "password": PASSWORD}
    assert code_of(elsewhere.send("POST", "/sessions", json=body)) == "sign_in_refused"
    assert person.mailbox.wait_letter(person.email, "удал")["text"]
