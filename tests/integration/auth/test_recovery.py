"""Recovery: a letter for whoever has a profile, a link or a code that works once, the end of the old password."""

from collections.abc import Callable
from typing import Any

import pytest

from deploy.demo.visitor import eventually, letter_code
from tests.integration.auth.conftest import Ended
from tests.support.newcomer import Newcomer, anywhere, refusal
from tests.support.recovering import NEW_PASSWORD, Owner, other_code

Rows = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def owner(resident: Newcomer) -> Owner:
    return Owner(resident)


def test_a_link_replaces_the_password_and_ends_every_session(owner: Owner, ended: Ended) -> None:
    sessions = [owner.person.sign_in() for _ in range(2)]
    assert refusal(owner.by_link(owner.asked())) == "done"
    assert {refusal(owner.person.session(tokens)) for tokens in sessions} == {"session_ended"}
    assert {refusal(owner.person.refresh(tokens.refresh)) for tokens in sessions} == {"session_ended"}
    assert eventually(
        lambda: {tokens.session for tokens in sessions} <= set(ended.sessions), "the ends are told"
    )
    assert refusal(owner.person.try_sign_in()) == "sign_in_refused"
    assert refusal(owner.person.try_sign_in(NEW_PASSWORD)) == "done"
    told = owner.letter("Пароль изменён")
    assert "по письму для восстановления" in told["text"]


def test_a_link_used_at_once_changes_the_password_once(owner: Owner, auth_rows: Rows) -> None:
    letter = owner.asked()
    at_once = [owner.by_link(letter, f"Another-moon-{number}") for number in range(4)]
    at_once += [owner.by_code(letter_code(letter))]
    assert sorted(refusal(one) for one in at_once) == ["done", *["link_used"] * 4]
    told = auth_rows("SELECT count(*) FROM audit WHERE account = %s AND act = 'recovered'", owner.account)
    assert told == [(1,)]


def test_of_two_who_found_the_letter_unused_one_uses_it(
    owner: Owner, database: Callable[[str], Any], auth_rows: Rows
) -> None:
    letter, held = owner.asked(), database("auth")
    theirs = "SELECT 1 FROM users JOIN linked_accounts ON user_id = id WHERE account = %s FOR UPDATE OF users"
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with held.transaction():
        held.execute(theirs, (owner.account,))
        both = [owner.by_link(letter), owner.by_code(letter_code(letter))]
        eventually(lambda: auth_rows(waiting) == [(2,)], "both have found it unused")
    assert sorted(refusal(one) for one in both) == ["done", "link_used"]


def test_a_code_works_once(owner: Owner) -> None:
    letter = owner.asked()
    assert refusal(owner.by_code(other_code(letter))) == "code_refused"
    assert refusal(owner.by_code(letter_code(letter))) == "done"
    assert refusal(owner.by_code(letter_code(letter))) == "link_used"
    assert refusal(owner.by_link(letter)) == "link_used"
    assert refusal(owner.person.try_sign_in(NEW_PASSWORD)) == "done"


def test_five_wrong_codes_at_once_kill_the_code_not_the_link(owner: Owner, auth_rows: Rows) -> None:
    letter = owner.asked()
    at_once = [owner.by_code(other_code(letter)) for _ in range(12)]
    assert {refusal(one) for one in at_once} == {"code_refused"}
    assert auth_rows("SELECT tries FROM confirmations WHERE account = %s", owner.account) == [(5,)]
    assert refusal(owner.by_code(letter_code(letter))) == "code_refused"
    assert refusal(owner.by_link(letter)) == "done"


def test_a_new_letter_replaces_the_former(owner: Owner) -> None:
    former, newer = owner.asked(), owner.asked()
    assert refusal(owner.by_link(former)) == "link_stale"
    assert refusal(owner.by_code(letter_code(former))) == "link_stale"
    assert refusal(owner.by_link(newer)) == "done"


def test_a_stale_letter_is_told_from_a_used_one(owner: Owner, auth_rows: Rows) -> None:
    letter = owner.asked()
    auth_rows("UPDATE confirmations SET expires_at = now() WHERE account = %s RETURNING 1", owner.account)
    assert refusal(owner.by_link(letter)) == "link_stale"
    assert refusal(owner.by_code(letter_code(letter))) == "link_stale"
    assert refusal(owner.person.try_sign_in()) == "done"


def test_an_easy_password_is_refused_and_uses_nothing(owner: Owner) -> None:
    letter = owner.asked()
    for easy in ("password123", f"{owner.account}!", owner.person.email):
        assert refusal(owner.by_link(letter, easy)) == "invalid_request"
    assert refusal(owner.by_link(letter)) == "done"


def test_asking_is_neutral_and_limited_whether_or_not_there_is_a_profile(owner: Owner) -> None:
    strangers: list[dict[str, str]] = [{"email": "nobody@example.org"}, {"account": "000000025"}]
    for told in [{}, *strangers]:
        answers = [refusal(owner.ask(**told, client=anywhere())) for _ in range(5)]
        assert answers == [*["done"] * 3, *["too_many_requests"] * 2]
    assert owner.letter()
    assert owner.person.mailbox.letters("nobody@example.org") == []


def test_who_does_not_know_the_email_causes_no_letter(owner: Owner, auth_rows: Rows) -> None:
    owner.ask(email="nobody@example.org").result()
    waiting = "SELECT count(*) FROM letter_requests WHERE account = %s"
    assert eventually(lambda: auth_rows(waiting, owner.account) == [(0,)], "the request is answered")
    letters = "SELECT count(*) FROM confirmations WHERE account = %s"
    assert auth_rows(letters, owner.account) == [(0,)], "neither to the owner nor to who asked"


def test_one_address_cannot_ask_for_everybody(owner: Owner) -> None:
    client = anywhere()
    answers = [refusal(owner.ask(account=f"0000{n:05d}", client=client)) for n in range(32)]
    assert answers == [*["done"] * 30, *["too_many_requests"] * 2]
    assert refusal(owner.ask(account="000000099", client=anywhere())) == "done"


def test_an_email_in_capitals_is_the_same_and_of_an_unactivated_one_nothing_comes(
    newcomer: Newcomer, auth_rows: Rows
) -> None:
    newcomer.register().result()
    owner = Owner(newcomer)
    owner.ask().result()
    waiting = "SELECT count(*) FROM letter_requests WHERE account = %s"
    assert eventually(lambda: auth_rows(waiting, owner.account) == [(0,)], "the request is answered")
    assert newcomer.mailbox.letters(newcomer.email, "Восстановление") == []
    newcomer.by_link(newcomer.letter()).result()
    owner.ask(email=newcomer.email.upper().replace("@EXAMPLE.ORG", "@example.org")).result()
    assert refusal(owner.by_link(owner.letter())) == "done"


def test_recovery_opens_the_lock_and_takes_pins_off(owner: Owner, auth_rows: Rows) -> None:
    tokens = owner.person.sign_in()
    auth_rows(
        "UPDATE devices SET pin_hash = 'x', pin_set_at = now(), public_key = 'x' WHERE id = %s RETURNING 1",
        tokens.device,
    )
    auth_rows(
        "INSERT INTO authenticators VALUES (%s, %s, 'x', 0, now()) RETURNING 1",
        str(tokens.device),
        tokens.device,
    )
    for _ in range(6):
        refusal(owner.person.try_sign_in("wrong-password"))
    assert refusal(owner.person.try_sign_in()) == "too_many_requests"
    assert refusal(owner.by_link(owner.asked())) == "done"
    assert refusal(owner.person.try_sign_in(NEW_PASSWORD)) == "done"
    kept = auth_rows("SELECT pin_hash, public_key, pin_set_at FROM devices WHERE id = %s", tokens.device)
    assert kept == [(None, None, None)]
    assert auth_rows("SELECT count(*) FROM authenticators WHERE device_id = %s", tokens.device) == [(0,)]


def test_recovery_kills_an_email_change_that_somebody_else_began(owner: Owner) -> None:
    tokens = owner.person.sign_in()
    thief = f"thief-{owner.account}@example.org"
    owner.ask_email(tokens, thief).result()
    letter = owner.person.mailbox.wait_letter(thief, "Подтвердите")
    assert refusal(owner.by_link(owner.asked())) == "done"
    assert refusal(owner.email_by_link(letter)) == "link_stale"


def test_what_recovery_did_is_on_the_trail(owner: Owner, auth_rows: Rows) -> None:
    owner.ask(account="000000041").result()
    letter = owner.asked()
    refusal(owner.by_code(other_code(letter)))
    owner.by_link(letter).result()
    acts = "SELECT act, details, client FROM audit WHERE account = %s AND act LIKE %s ORDER BY id"
    assert [row[0] for row in auth_rows(acts, "000000041", "%")][-1] == "recovery_asked"
    wrong = {"by": "code", "letter": "recovery", "reason": "code_refused"}
    assert auth_rows(acts, owner.account, "%code%") == [("code_refused", wrong, owner.person.client)]
    assert auth_rows(acts, owner.account, "recover%") == [
        ("recovery_asked", {}, owner.person.client),
        ("recovered", {"sessions": 0}, owner.person.client),
    ]
