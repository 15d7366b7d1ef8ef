"""Staff with an authenticator (WebAuthn) for the second factor: enrolled, signed in, refused."""

from typing import Any

import pytest

from deploy.local.system import LocalSystem
from tests.support.authenticator import Authenticator
from tests.support.problems import bad_fields, code_of
from tests.support.staff import PASSWORD, Member


@pytest.fixture
def key(system: LocalSystem) -> Authenticator:
    return Authenticator(origin=system.urls.portal)


def enrolled(system: LocalSystem, key: Authenticator) -> Member:
    member = Member(system, "support")
    offer = member.offer()
    body = {"token": member.link, "password": PASSWORD, "ticket": offer["ticket"]}
    body["credential"] = key.create(offer["options"])
    member.send("POST", "/enrolment/confirmation", json=body).raise_for_status()
    return member


def asked(member: Member) -> dict[str, Any]:
    """The answer to a right password."""
    return dict(member.password().raise_for_status().json())


def touch(member: Member, ticket: str, credential: dict[str, Any]) -> str:
    return code_of(member.send("POST", "/sessions", json={"ticket": ticket, "credential": credential}))


def test_a_key_is_enrolled_and_opens_a_session(system: LocalSystem, key: Authenticator) -> None:
    member = enrolled(system, key)
    question = asked(member)
    assert question["factors"] == ["webauthn"]
    assert [allowed["id"] for allowed in question["options"]["allowCredentials"]] == [key.id]
    assert touch(member, question["ticket"], key.get(question["options"])) == "201"
    assert member.send("GET", "/me").json()["login"] == member.login


def test_an_answer_works_once_and_to_its_own_question_only(system: LocalSystem, key: Authenticator) -> None:
    member = enrolled(system, key)
    question, other = asked(member), asked(member)
    answer = key.get(question["options"])
    assert touch(member, other["ticket"], answer) == "staff_sign_in_refused"
    assert touch(member, question["ticket"], answer) == "201"
    assert touch(member, question["ticket"], answer) == "ticket_stale"


def test_a_copied_key_is_found_out_by_its_counter(system: LocalSystem, key: Authenticator) -> None:
    member = enrolled(system, key)
    for counter, outcome in ((7, "201"), (7, "staff_sign_in_refused"), (3, "staff_sign_in_refused")):
        question = asked(member)
        key.counter = counter
        assert touch(member, question["ticket"], key.answer(question["options"])) == outcome


@pytest.mark.parametrize("what", ["another key", "another site", "another portal", "nobody verified"])
def test_another_answer_is_refused(what: str, system: LocalSystem, key: Authenticator) -> None:
    member = enrolled(system, key)
    question = asked(member)
    if what == "another key":
        key.key = Authenticator(key.origin).key
    elif what == "another site":
        key.origin = "https://svet.example.org"
    elif what == "another portal":
        key.rp_id = "example.org"
    else:
        key.verified = False
    assert touch(member, question["ticket"], key.get(question["options"])) == "staff_sign_in_refused"


def test_another_s_key_is_no_key(system: LocalSystem, key: Authenticator) -> None:
    member, other = enrolled(system, key), enrolled(system, stranger := Authenticator(key.origin))
    question = asked(member)
    assert touch(member, question["ticket"], stranger.get(question["options"])) == "staff_sign_in_refused"
    assert code_of(other.send("GET", "/me")) == "unauthenticated"


def test_a_key_that_does_not_answer_the_offer_is_not_enrolled(
    system: LocalSystem, key: Authenticator
) -> None:
    member = Member(system, "support")
    offer, other = member.offer(), Member(system, "support").offer()
    body = {"token": member.link, "password": PASSWORD, "ticket": offer["ticket"]}
    answer = body | {"credential": key.create(other["options"])}
    assert bad_fields(member.send("POST", "/enrolment/confirmation", json=answer)) == {"credential"}
    body["ticket"] = other["ticket"]
    answer = body | {"credential": key.create(other["options"])}
    assert code_of(member.send("POST", "/enrolment/confirmation", json=answer)) == "ticket_stale"
