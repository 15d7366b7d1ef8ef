"""A deleted profile is gone at once, everywhere, and leaves what the law wants kept."""

from collections.abc import Callable
from concurrent.futures import wait
from typing import Any
from uuid import uuid4

from pydantic import SecretStr

from deploy.demo.visitor import Mailbox, eventually
from deploy.local.system import LocalSystem
from services.contracts import auth
from tests.integration.auth.conftest import Ended
from tests.support.bus import SyncBus
from tests.support.erasure import ERASERS, awaited, wait_erased
from tests.support.newcomer import PASSWORD, Newcomer, refusal

Rows = Callable[..., list[tuple[Any, ...]]]


def asked(tokens: auth.Tokens, password: str = PASSWORD) -> auth.profile.Deletion:
    return auth.profile.Deletion(
        user=tokens.user, session=tokens.session, client="192.0.2.77", password=SecretStr(password)
    )


def delete(bus: SyncBus, tokens: auth.Tokens) -> None:
    bus.call(auth.profile.DELETE_PROFILE, asked(tokens))


def test_the_password_confirms_a_deletion(resident: Newcomer, bus: SyncBus, auth_rows: Rows) -> None:
    tokens = resident.sign_in()
    wrong = bus.submit(auth.profile.DELETE_PROFILE, asked(tokens, "Not-the-password-1"))
    assert refusal(wrong) == "password_refused"
    assert resident.session(tokens).result().user == tokens.user
    assert auth_rows("SELECT 1 FROM deletions WHERE user_id = %s", tokens.user) == []


def test_a_deleted_profile_is_gone_and_says_goodbye(
    resident: Newcomer, bus: SyncBus, auth_rows: Rows, ended: Ended, mailbox: Mailbox
) -> None:
    here, there = resident.sign_in(), resident.sign_in()
    refusal(resident.try_sign_in("Not-the-password-1"))
    delete(bus, here)
    assert refusal(resident.session(here)) == "session_ended"
    assert refusal(resident.refresh(there.refresh)) == "session_ended"
    assert refusal(resident.try_sign_in()) == "sign_in_refused"
    eventually(lambda: {here.session, there.session} <= set(ended.sessions), "the gateways hear of it")
    assert mailbox.wait_letter(resident.email, "удал")
    for table in ("users WHERE id", "linked_accounts WHERE user_id", "devices WHERE user_id"):
        assert auth_rows(f"SELECT 1 FROM {table} = %s", here.user) == []
    assert auth_rows("SELECT 1 FROM registrations WHERE account = %s", resident.home.account) == []
    assert auth_rows("SELECT 1 FROM idempotency WHERE scope = %s", str(here.user)) == []


def test_consents_and_the_trail_stay_without_addresses(
    resident: Newcomer, bus: SyncBus, auth_rows: Rows
) -> None:
    tokens = resident.sign_in()
    refusal(resident.try_sign_in("Not-the-password-1"))
    delete(bus, tokens)
    wait_erased_of(auth_rows, tokens)
    (consent,) = auth_rows(
        "SELECT account, purpose, text_hash, withdrawn_at FROM consents WHERE user_id = %s", tokens.user
    )
    assert consent[:2] == (resident.home.account, "personal_data")
    assert len(consent[2]) == 64
    assert consent[3] is not None
    acts = auth_rows("SELECT act, client, details FROM audit WHERE user_id = %s ORDER BY id", tokens.user)
    names = [act for act, *_ in acts]
    assert {"activated", "signed_in", "sign_in_refused"} <= set(names)
    assert names[-2:] == ["profile_deleted", "profile_erased"]
    assert {client for _, client, _ in acts} == {None}
    assert acts[-2][2] == {"reason": "asked"}


def wait_erased_of(auth_rows: Rows, tokens: auth.Tokens) -> None:
    open_ = "SELECT 1 FROM deletions WHERE user_id = %s AND finished_at IS NOT NULL"
    eventually(lambda: auth_rows(open_, tokens.user), "the deletion is finished")


def test_two_deletions_at_once_are_one(resident: Newcomer, bus: SyncBus, auth_rows: Rows) -> None:
    tokens = resident.sign_in()
    both = [bus.submit(auth.profile.DELETE_PROFILE, asked(tokens)) for _ in range(2)]
    wait(both)
    assert "done" in {refusal(one) for one in both}
    assert auth_rows("SELECT count(*) FROM deletions WHERE user_id = %s", tokens.user) == [(1,)]


def test_whose_session_ends_meanwhile_deletes_nothing(
    resident: Newcomer, bus: SyncBus, database: Callable[[str], Any], auth_rows: Rows
) -> None:
    """The owner recovers the password while a thief's deletion, confirmed by the old one, is on its way."""
    tokens, recovery = resident.sign_in(), database("auth")
    blocked = "SELECT 1 FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')"
    with recovery.transaction():
        recovery.execute("SELECT 1 FROM users WHERE id = %s FOR UPDATE", (tokens.user,))
        deletion = bus.submit(auth.profile.DELETE_PROFILE, asked(tokens))
        eventually(lambda: recovery.execute(blocked).fetchone(), "the deletion waits")
        recovery.execute("UPDATE sessions SET ended_at = now() WHERE user_id = %s", (tokens.user,))
    assert refusal(deletion) == "session_ended"
    assert auth_rows("SELECT count(*) FROM users WHERE id = %s", tokens.user) == [(1,)]


def test_the_account_is_free_for_a_new_registration(
    resident: Newcomer, bus: SyncBus, mailbox: Mailbox
) -> None:
    delete(bus, resident.sign_in())
    anew = Newcomer(bus, mailbox, resident.home).activated()
    assert anew.sign_in().session


def test_another_persons_registration_of_the_account_stays(
    newcomer: Newcomer, bus: SyncBus, mailbox: Mailbox
) -> None:
    spouse = Newcomer(bus, mailbox, newcomer.home)
    spouse.register().result()
    letter = spouse.letter()
    delete(bus, newcomer.activated().sign_in())
    spouse.by_link(letter).result()
    assert spouse.sign_in().session


def test_an_unsent_letter_goes_with_the_profile(
    resident: Newcomer, bus: SyncBus, auth_rows: Rows, system: LocalSystem
) -> None:
    tokens = resident.sign_in()
    letter = {"template": "password_changed", "user": str(tokens.user), "recipient": resident.email}
    event = uuid4()
    auth_rows(
        "INSERT INTO outbox (id, event, body, traceparent, leased_until) VALUES "
        "(%s, 'letter.wanted', jsonb_build_object('payload', jsonb_build_object('user', %s::text, 'recipient', "
        "%s::text)), '', now() + interval '1 hour') RETURNING 1",
        event,
        letter["user"],
        letter["recipient"],
    )
    delete(bus, tokens)
    assert auth_rows("SELECT 1 FROM outbox WHERE id = %s", event) == []


def test_a_service_that_is_down_erases_when_it_is_back(
    resident: Newcomer, bus: SyncBus, database: Callable[[str], Any], system: LocalSystem
) -> None:
    tokens, rows = resident.sign_in(), database("auth")
    system.stop_process("billing")
    try:
        delete(bus, tokens)
        eventually(lambda: awaited(rows, tokens.user) == {"billing"}, "all but billing have erased")
    finally:
        system.start_process("billing")
        system.wait_ready(60, ["billing"])
    wait_erased(rows, tokens.user)
    assert {"billing"} < ERASERS
