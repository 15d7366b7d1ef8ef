"""Activation: a link or a code, once; the first of several registrations wins."""

from collections.abc import Callable
from typing import Any

import pytest

from deploy.demo.visitor import activation_code, eventually
from services.contracts.errors import ServiceError
from tests.support.newcomer import Newcomer, refusal, wrong

Rows = Callable[..., list[tuple[Any, ...]]]


def test_a_link_works_once_even_when_it_is_opened_twice_at_once(newcomer: Newcomer) -> None:
    newcomer.register().result()
    letter = newcomer.letter()
    at_once = [newcomer.by_link(letter) for _ in range(4)]
    assert sorted(refusal(one) for one in at_once) == ["done", "link_used", "link_used", "link_used"]
    assert newcomer.session(newcomer.sign_in()).result().accounts[0].account == newcomer.home.account


def test_a_code_works_once(newcomer: Newcomer) -> None:
    newcomer.register().result()
    letter = newcomer.letter()
    assert refusal(newcomer.by_code(wrong(letter))) == "code_refused"
    assert refusal(newcomer.by_code(activation_code(letter))) == "done"
    assert refusal(newcomer.by_code(activation_code(letter))) == "link_used"
    assert refusal(newcomer.by_link(letter)) == "link_used"


def test_five_wrong_codes_kill_the_code_and_a_new_letter_brings_another(newcomer: Newcomer) -> None:
    newcomer.register().result()
    letter = newcomer.letter()
    assert {refusal(newcomer.by_code(wrong(letter))) for _ in range(5)} == {"code_refused"}
    assert refusal(newcomer.by_code(activation_code(letter))) == "code_refused"
    newcomer.resend().result()
    assert refusal(newcomer.by_code(activation_code(newcomer.letter()))) == "done"


def test_wrong_codes_at_once_are_all_counted(newcomer: Newcomer, auth_rows: Rows) -> None:
    newcomer.register().result()
    letter = newcomer.letter()
    at_once = [newcomer.by_code(wrong(letter)) for _ in range(12)]
    assert {refusal(one) for one in at_once} == {"code_refused"}
    tries = auth_rows("SELECT tries FROM registrations WHERE account = %s", newcomer.home.account)
    assert tries == [(5,)]


def test_a_new_letter_replaces_the_old_link(newcomer: Newcomer) -> None:
    newcomer.register().result()
    old = newcomer.letter()
    newcomer.resend().result()
    new = newcomer.letter()
    assert refusal(newcomer.by_link(old)) == "link_stale"
    assert refusal(newcomer.by_link(new)) == "done"


def test_a_stale_letter_is_told_from_a_used_one(newcomer: Newcomer, auth_rows: Rows) -> None:
    newcomer.register().result()
    letter = newcomer.letter()
    auth_rows(
        "UPDATE registrations SET expires_at = now() WHERE account = %s RETURNING id", newcomer.home.account
    )
    assert refusal(newcomer.by_link(letter)) == "link_stale"
    assert refusal(newcomer.by_code(activation_code(letter))) == "link_stale"


def test_sending_again_is_neutral_and_limited_whether_or_not_anybody_registered(newcomer: Newcomer) -> None:
    newcomer.register().result()
    newcomer.letter()
    for told in ({}, {"email": "nobody@example.org"}, {"account": "000000025"}):
        answers = [refusal(newcomer.resend(**told)) for _ in range(5)]
        assert answers == [*["done"] * 3, *["too_many_requests"] * 2]
    with pytest.raises(ServiceError) as refused:
        newcomer.resend().result()
    assert 0 < refused.value.details["retry_after"] <= 3600


def test_a_letter_asked_for_by_an_email_in_capitals_comes(newcomer: Newcomer) -> None:
    newcomer.register().result()
    newcomer.letter()
    newcomer.resend(email=newcomer.email.upper().replace("@EXAMPLE.ORG", "@example.org")).result()
    assert refusal(newcomer.by_link(newcomer.letter())) == "done"


def test_a_request_for_a_letter_is_kept_no_longer_than_it_takes(newcomer: Newcomer, auth_rows: Rows) -> None:
    asked = "SELECT count(*) FROM letter_requests WHERE account = %s"
    for one in [newcomer.resend(), newcomer.resend(email="nobody@example.org")]:
        one.result()
    assert eventually(lambda: auth_rows(asked, newcomer.home.account) == [(0,)], "the requests are gone")
    assert newcomer.mailbox.letters(newcomer.email) == []


def test_of_two_registrations_of_an_account_the_first_activated_wins(
    newcomer: Newcomer, auth_rows: Rows
) -> None:
    other = Newcomer(newcomer.bus, newcomer.mailbox, newcomer.home)
    newcomer.register().result()
    other.register().result()
    at_once = [newcomer.by_link(newcomer.letter()), other.by_link(other.letter())]
    assert sorted(refusal(one) for one in at_once) == ["done", "registration_refused"]
    assert refusal(newcomer.try_sign_in()) == "done"
    left = "SELECT count(*) FROM users WHERE email IN (%s, %s)"
    assert auth_rows(left, newcomer.email, other.email) == [(1,)], "nobody is left without an account"
    acts = auth_rows(
        "SELECT act, details FROM audit WHERE account = %s AND act IN ('activated', 'code_refused') ORDER BY act",
        newcomer.home.account,
    )
    assert [act for act, _ in acts] == ["activated", "code_refused"]
    assert acts[1][1] == {"by": "link", "reason": "registration_refused"}


def test_a_spent_registration_keeps_nothing_of_the_person(resident: Newcomer, auth_rows: Rows) -> None:
    kept = auth_rows(
        "SELECT email, phone, password_hash, client FROM registrations WHERE account = %s",
        resident.home.account,
    )
    assert kept == [("", "", "", "")]
