"""The owner changes password, phone and e-mail; who only holds the session, or the old mailbox, does not."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from deploy.demo.visitor import letter_code
from deploy.local.system import LocalSystem
from services.contracts import auth
from services.contracts.auth import profile
from tests.support.figures import work_of
from tests.support.newcomer import PASSWORD, Newcomer, refusal
from tests.support.recovering import NEW_PASSWORD, Owner, other_code

Rows = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def owner(resident: Newcomer) -> Owner:
    return Owner(resident)


@pytest.fixture
def new_email() -> str:
    return f"new-{uuid4().hex[:12]}@example.org"


def email_of(owner: Owner, tokens: auth.Tokens) -> str:
    view: auth.SessionView = owner.person.session(tokens).result()
    return view.email


def test_a_changed_password_ends_the_other_sessions_and_is_told(owner: Owner) -> None:
    mine, other = owner.person.sign_in(), owner.person.sign_in()
    assert refusal(owner.change_password(mine)) == "done"
    assert refusal(owner.person.session(mine)) == "done"
    assert refusal(owner.person.session(other)) == "session_ended"
    assert refusal(owner.person.try_sign_in()) == "sign_in_refused"
    assert refusal(owner.person.try_sign_in(NEW_PASSWORD)) == "done"
    assert "На остальных устройствах" in owner.letter("Пароль изменён")["text"]


def test_a_wrong_easy_or_unchanged_password_changes_nothing(owner: Owner) -> None:
    tokens = owner.person.sign_in()
    assert refusal(owner.change_password(tokens, current="not-the-password")) == "password_refused"
    for easy in ("password123", f"{owner.account}!", owner.person.email):
        assert refusal(owner.change_password(tokens, password=easy)) == "invalid_request"
    assert refusal(owner.change_password(tokens, password=PASSWORD)) == "invalid_request"
    assert refusal(owner.person.try_sign_in()) == "done"


def test_a_changed_password_kills_letters_that_were_asked_for_before(owner: Owner, new_email: str) -> None:
    tokens = owner.person.sign_in()
    recovery = owner.asked()
    owner.ask_email(tokens, new_email).result()
    letter = owner.person.mailbox.wait_letter(new_email, "Подтвердите")
    owner.change_password(tokens).result()
    assert refusal(owner.by_link(recovery)) == "link_stale"
    assert refusal(owner.email_by_link(letter)) == "link_stale"


def test_a_session_that_a_recovery_has_ended_changes_nothing(owner: Owner, new_email: str) -> None:
    tokens = owner.person.sign_in()
    owner.by_link(owner.asked()).result()
    assert refusal(owner.change_password(tokens, NEW_PASSWORD, "Third-star-639")) == "session_ended"
    assert refusal(owner.ask_email(tokens, new_email, NEW_PASSWORD)) == "session_ended"
    phone = profile.PhoneChange(user=tokens.user, session=tokens.session, phone="+79105550001")
    assert refusal(owner.person.bus.submit(profile.CHANGE_PHONE, phone)) == "session_ended"


def test_an_email_is_replaced_once_it_is_confirmed_and_the_old_address_told(
    owner: Owner, new_email: str
) -> None:
    tokens, old = owner.person.sign_in(), owner.person.email
    owner.ask_email(tokens, new_email).result()
    letter = owner.person.mailbox.wait_letter(new_email, "Подтвердите")
    assert email_of(owner, tokens) == old
    at_once = [owner.email_by_link(letter) for _ in range(3)]
    assert sorted(refusal(one) for one in at_once) == ["done", "link_used", "link_used"]
    assert email_of(owner, tokens) == new_email
    told = owner.letter("Электронная почта изменена", to=old)
    assert "n***@example.org" in told["text"]
    assert new_email not in told["text"] + told["html"]


def test_a_code_confirms_it_too_and_five_wrong_ones_kill_it(owner: Owner, new_email: str) -> None:
    tokens = owner.person.sign_in()
    owner.ask_email(tokens, new_email).result()
    letter = owner.person.mailbox.wait_letter(new_email, "Подтвердите")
    wrong = [owner.email_by_code(tokens, other_code(letter)) for _ in range(8)]
    assert {refusal(one) for one in wrong} == {"code_refused"}
    assert refusal(owner.email_by_code(tokens, letter_code(letter))) == "code_refused"
    owner.ask_email(tokens, new_email).result()
    newer = owner.person.mailbox.wait_letter(new_email, "Подтвердите", since_id=int(letter["id"]))
    assert refusal(owner.email_by_code(tokens, letter_code(newer))) == "done"
    assert email_of(owner, tokens) == new_email


def test_a_confirmed_email_kills_recovery_letters_in_the_old_mailbox(owner: Owner, new_email: str) -> None:
    tokens = owner.person.sign_in()
    owner.ask_email(tokens, new_email).result()
    letter = owner.person.mailbox.wait_letter(new_email, "Подтвердите")
    recovery = owner.asked()
    owner.email_by_link(letter).result()
    assert refusal(owner.by_link(recovery)) == "link_stale"


def test_the_present_email_is_an_error_and_letters_are_limited(owner: Owner, new_email: str) -> None:
    tokens = owner.person.sign_in()
    assert refusal(owner.ask_email(tokens, owner.person.email.capitalize())) == "invalid_request"
    assert refusal(owner.ask_email(tokens, new_email, "not-the-password")) == "password_refused"
    asked = [refusal(owner.ask_email(tokens, f"{n}{new_email}")) for n in range(4)]
    assert asked == [*["done"] * 3, "too_many_requests"]


def test_a_used_letter_keeps_no_address(owner: Owner, new_email: str, auth_rows: Rows) -> None:
    tokens = owner.person.sign_in()
    for email in (f"slip-{new_email}", new_email):
        owner.ask_email(tokens, email).result()
    owner.email_by_link(owner.person.mailbox.wait_letter(new_email, "Подтвердите")).result()
    assert auth_rows("SELECT DISTINCT email FROM confirmations WHERE user_id = %s", tokens.user) == [("",)]


def test_changes_are_on_the_trail_without_personal_data(
    owner: Owner, new_email: str, auth_rows: Rows
) -> None:
    tokens = owner.person.sign_in()
    phone = profile.PhoneChange(user=tokens.user, session=tokens.session, phone="+79105550001")
    owner.person.bus.call(profile.CHANGE_PHONE, phone)
    owner.ask_email(tokens, new_email).result()
    owner.email_by_link(owner.person.mailbox.wait_letter(new_email, "Подтвердите")).result()
    owner.change_password(tokens).result()
    trail = auth_rows("SELECT act, details FROM audit WHERE user_id = %s ORDER BY id", tokens.user)
    acts = ["phone_changed", "email_change_asked", "email_changed", "password_changed"]
    assert [act for act, _ in trail][-4:] == acts
    assert "example.org" not in str(trail)
    assert "5550001" not in str(trail)


def test_recovery_costs_the_same_work_whether_or_not_there_is_a_profile(
    owner: Owner, system: LocalSystem
) -> None:
    """One argon2 and the same statements in each branch."""
    code = other_code(owner.asked())
    costs: dict[str, set[tuple[int, int]]] = {"ask_recovery": set(), "recover_by_code": set()}
    for told in ({}, {"email": "nobody@example.org"}, {"account": "000000058"}):
        before = work_of(system, "ask_recovery")
        assert refusal(owner.ask(**told)) == "done"
        after = work_of(system, "ask_recovery")
        costs["ask_recovery"].add((after[0] - before[0], after[1] - before[1]))
    for account in (owner.account, "000000058"):
        before = work_of(system, "recover_by_code")
        assert refusal(owner.by_code(code, account)) == "code_refused"
        after = work_of(system, "recover_by_code")
        costs["recover_by_code"].add((after[0] - before[0], after[1] - before[1]))
    before = work_of(system, "recover_by_link")
    assert refusal(owner.by_token("no-such-token")) == "link_stale"
    after = work_of(system, "recover_by_link")
    assert costs == {"ask_recovery": {(6, 0)}, "recover_by_code": {(2, 1)}}
    assert (after[0] - before[0], after[1] - before[1]) == (2, 1)
