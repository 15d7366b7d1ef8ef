"""Consents: acts that are kept once, added to, and taken back with the profile."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr

from services.common.documents import PACKAGED, read_documents
from services.contracts.auth import profile
from services.contracts.auth.words import SessionCommand
from services.contracts.errors import ServiceError
from tests.support.newcomer import PASSWORD, Newcomer, refusal

Rows = Callable[..., list[tuple[Any, ...]]]
NEWEST = read_documents(PACKAGED).find("personal_data")


class Signed:
    """A signed-in person who speaks of consents."""

    def __init__(self, person: Newcomer) -> None:
        self.bus, self.tokens = person.bus, person.sign_in()
        self.who = {"user": self.tokens.user, "session": self.tokens.session, "client": person.client}

    def consents(self) -> list[profile.ConsentRow]:
        return list(self.bus.call(profile.CONSENTS, SessionCommand(**self.who)).consents)

    def give(self, version: str = NEWEST.version) -> "Future[Any]":
        asked = profile.ConsentGiven(**self.who, purpose="personal_data", version=version, channel="app")
        return self.bus.submit(profile.GIVE_CONSENT, asked)

    def withdraw(self, consent: UUID, password: str = PASSWORD) -> "Future[Any]":
        asked = profile.ConsentWithdrawal(**self.who, consent=consent, password=SecretStr(password))
        return self.bus.submit(profile.WITHDRAW_CONSENT, asked)


@pytest.fixture
def signed(resident: Newcomer) -> Signed:
    """Agreed to the first text when registering."""
    return Signed(resident)


def test_the_consent_of_registration_is_in_the_list(signed: Signed) -> None:
    (kept,) = signed.consents()
    shown = read_documents(PACKAGED).find("personal_data", "2026-01")
    assert (kept.purpose, kept.version, kept.text_hash) == ("personal_data", "2026-01", shown.hash)
    assert (kept.channel, kept.withdrawn_at) == ("web", None)


def test_a_newer_text_is_agreed_to_once_and_the_first_act_stays(signed: Signed, auth_rows: Rows) -> None:
    first = signed.consents()
    for answer in [signed.give(), signed.give()]:
        answer.result()
    newest, *before = signed.consents()
    assert before == first
    assert (newest.version, newest.text_hash, newest.channel) == (NEWEST.version, NEWEST.hash, "app")
    kept = auth_rows("SELECT client FROM consents WHERE id = %s", newest.id)
    assert kept == [(signed.who["client"],)]
    acts = auth_rows(
        "SELECT session_id, client, details->>'version' FROM audit WHERE user_id = %s AND act = 'consent_given'",
        signed.tokens.user,
    )
    assert acts == [(signed.tokens.session, signed.who["client"], NEWEST.version)]


@pytest.mark.parametrize("version", ["2026-01", "1999-01"])
def test_only_the_newest_text_can_be_agreed_to(signed: Signed, version: str) -> None:
    with pytest.raises(ServiceError) as refused:
        signed.give(version).result()
    assert [error.field for error in refused.value.fields] == ["version"]
    assert len(signed.consents()) == 1


def test_a_consent_is_not_withdrawn_without_the_password(signed: Signed) -> None:
    (kept,) = signed.consents()
    assert refusal(signed.withdraw(kept.id, "not the password")) == "password_refused"
    assert signed.consents() == [kept]


def test_nobody_withdraws_what_is_not_theirs(
    signed: Signed, bus: Any, mailbox: Any, households: Any, auth_rows: Rows
) -> None:
    other = Signed(Newcomer(bus, mailbox, households.take(metered=False)).activated())
    (kept,) = other.consents()
    for consent in (kept.id, uuid4()):
        assert refusal(signed.withdraw(consent)) == "not_found"
    assert other.consents() == [kept]
    assert len(signed.consents()) == 1


def test_withdrawing_ends_the_profile_and_leaves_the_acts(
    resident: Newcomer, signed: Signed, auth_rows: Rows
) -> None:
    signed.give().result()
    _, first = signed.consents()
    assert (
        sorted(refusal(answer) for answer in [signed.withdraw(first.id), signed.withdraw(first.id)])[0]
        == "done"
    )
    assert refusal(resident.session(signed.tokens)) == "session_ended"
    assert refusal(resident.try_sign_in()) == "sign_in_refused"
    assert refusal(signed.give()) == "session_ended"
    user = signed.tokens.user
    assert auth_rows("SELECT 1 FROM users WHERE id = %s", user) == []
    kept = auth_rows(
        "SELECT version, withdrawn_at IS NOT NULL FROM consents WHERE user_id = %s ORDER BY version", user
    )
    assert kept == [("2026-01", True), (NEWEST.version, True)]
    told = auth_rows(
        "SELECT act, coalesce(details->>'consent', details->>'reason') FROM audit WHERE user_id = %s "
        "AND act IN ('consent_withdrawn', 'profile_deleted') ORDER BY id",
        user,
    )
    assert told == [("consent_withdrawn", str(first.id)), ("profile_deleted", "consent_withdrawn")]


def test_whoever_withdrew_may_register_anew(resident: Newcomer, signed: Signed) -> None:
    (kept,) = signed.consents()
    signed.withdraw(kept.id).result()
    resident.register().result()
    resident.by_link(resident.letter()).result()
    again = Signed(resident)
    assert again.tokens.user != signed.tokens.user
    assert [consent.withdrawn_at for consent in again.consents()] == [None]
