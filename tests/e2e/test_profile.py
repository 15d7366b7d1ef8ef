"""Password, phone and e-mail changed by their owner, with cookies and with bearer tokens."""

import pytest

from deploy.demo.visitor import Mailbox, Visitor, letter_code, letter_token
from deploy.local.system import LocalSystem
from tests.support.customer import PASSWORD, Customer, make_customer
from tests.support.households import Households
from tests.support.problems import bad_fields, code_of
from tests.support.recovering import NEW_PASSWORD


@pytest.fixture(params=["web", "app"])
def person(
    request: pytest.FixtureRequest, system: LocalSystem, mailbox: Mailbox, households: Households
) -> Customer:
    return make_customer(system.urls.gateway, mailbox, households.take(metered=False), request.param)


def test_a_password_is_changed_and_the_owner_told(person: Customer, system: LocalSystem) -> None:
    other = Visitor(system.urls.gateway, person.visitor.channel)
    other.sign_in(person.account, PASSWORD)
    body = {"current": PASSWORD, "password": NEW_PASSWORD, "password_again": NEW_PASSWORD}
    wrong = body | {"current": "not-the-password"}
    assert code_of(person.visitor.send("PUT", "/me/password", json=wrong)) == "password_refused"
    assert bad_fields(person.visitor.send("PUT", "/me/password", json=body | {"password_again": "x"})) == {
        "password_again"
    }
    assert code_of(person.visitor.send("PUT", "/me/password", json=body)) == "204"
    assert person.visitor.get("/me")["email"] == person.email
    assert code_of(other.send("GET", "/me")) == "session_ended"
    assert person.account in person.mailbox.wait_letter(person.email, "Пароль изменён")["text"]
    Visitor(system.urls.gateway).sign_in(person.account, NEW_PASSWORD)


def test_a_phone_is_changed(person: Customer) -> None:
    answer = person.visitor.send("PUT", "/me/phone", json={"phone": "8 (910) 555-77-88"})
    assert code_of(answer) == "204"
    assert person.visitor.get("/me")["phone"] == "+79105557788"
    assert bad_fields(person.visitor.send("PUT", "/me/phone", json={"phone": "12"})) == {"phone"}


def test_an_email_is_changed_by_the_link_of_the_letter_to_it(person: Customer, system: LocalSystem) -> None:
    new = f"new-{person.email}"
    person.visitor.ask_email(new, PASSWORD)
    token = letter_token(person.mailbox.wait_letter(new, "Подтвердите"), "/email")
    somebody = Visitor(system.urls.gateway)
    somebody.open(f"/email?token={token}")
    assert person.visitor.get("/me")["email"] == person.email
    somebody.post("/email-confirmations", {"token": token})
    assert person.mailbox.wait_letter(person.email, "Электронная почта изменена")
    assert person.visitor.get("/me")["email"] == new
    again = somebody.send("POST", "/email-confirmations", json={"token": token})
    assert code_of(again) == "link_used"


def test_an_email_is_changed_by_the_code_of_the_letter_to_it(person: Customer) -> None:
    new = f"new-{person.email}"
    same = {"email": person.email, "password": PASSWORD}
    assert bad_fields(person.visitor.send("POST", "/me/email", json=same)) == {"email"}
    person.visitor.ask_email(new, PASSWORD)
    code = letter_code(person.mailbox.wait_letter(new, "Подтвердите"))
    person.visitor.post("/me/email/confirmation", {"code": code})
    assert person.visitor.get("/me")["email"] == new
