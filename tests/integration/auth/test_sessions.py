"""Sessions: neutral refusals, a growing lock, rotating refresh tokens, an end that everybody hears."""

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from deploy.demo.visitor import eventually
from services.contracts import auth
from services.contracts.base import Nothing
from services.contracts.errors import ServiceError
from tests.integration.auth.conftest import Ended
from tests.support.newcomer import Newcomer, refusal

Rows = Callable[..., list[tuple[Any, ...]]]


def test_an_access_token_verifies_with_the_told_keys(resident: Newcomer) -> None:
    tokens = resident.sign_in()
    kid = jwt.get_unverified_header(tokens.access)["kid"]
    told = {key.kid: key.x for key in resident.bus.call(auth.PUBLIC_KEYS, Nothing()).keys}
    key = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(told[kid] + "="))
    claims = jwt.decode(tokens.access, key, algorithms=["EdDSA"], issuer="svet")
    assert (claims["sub"], claims["sid"]) == (str(tokens.user), str(tokens.session))
    assert claims["exp"] == tokens.access_expires_at.timestamp()


def test_a_session_knows_its_person_and_accounts(resident: Newcomer) -> None:
    view = resident.session(resident.sign_in()).result()
    assert view.email == resident.email
    assert view.accounts == [auth.LinkedAccount(account=resident.home.account, primary=True)]


def test_a_wrong_password_and_an_unknown_account_are_refused_and_locked_alike(resident: Newcomer) -> None:
    nobody = replace(resident, home=replace(resident.home, account="000000033"))
    for who in (resident, nobody):
        assert [refusal(who.try_sign_in("wrong-password")) for _ in range(6)] == [
            *["sign_in_refused"] * 5,
            "too_many_requests",
        ]
        with pytest.raises(ServiceError) as locked:
            who.try_sign_in().result()
        assert 0 < locked.value.details["retry_after"] <= 60


def test_wrong_passwords_at_once_do_not_outrun_the_count(resident: Newcomer) -> None:
    answers = [refusal(one) for one in [resident.try_sign_in("wrong-password") for _ in range(30)]]
    assert answers.count("sign_in_refused") == 5
    assert answers.count("too_many_requests") == 25


def test_a_right_password_forgets_the_wrong_ones(resident: Newcomer) -> None:
    for _ in range(3):
        assert [refusal(resident.try_sign_in("wrong-password")) for _ in range(4)] == ["sign_in_refused"] * 4
        resident.sign_in()


def test_a_lock_is_longer_after_each_further_failure(resident: Newcomer, auth_rows: Rows) -> None:
    waits = []
    for _ in range(5):
        refusal(resident.try_sign_in("wrong-password"))
    for _ in range(3):
        with pytest.raises(ServiceError) as locked:
            resident.try_sign_in().result()
        waits.append(locked.value.details["retry_after"])
        _open_the_lock(resident, auth_rows)
        assert refusal(resident.try_sign_in("wrong-password")) == "sign_in_refused"
    assert [60 * 2**n - 10 < wait <= 60 * 2**n for n, wait in enumerate(waits)] == [True] * 3
    _open_the_lock(resident, auth_rows)
    assert refusal(resident.try_sign_in()) == "done"


def test_refresh_gives_another_pair_of_the_same_session(resident: Newcomer) -> None:
    first = resident.sign_in()
    second = resident.refresh(first.refresh).result()
    assert (second.user, second.session) == (first.user, first.session)
    assert second.refresh != first.refresh
    assert refusal(resident.refresh(second.refresh)) == "done"


def test_two_refreshes_at_once_both_live(resident: Newcomer) -> None:
    first = resident.sign_in()
    pair = [one.result() for one in [resident.refresh(first.refresh) for _ in range(2)]]
    assert pair[0].refresh != pair[1].refresh
    assert refusal(resident.session(first)) == "done"
    assert refusal(resident.refresh(pair[1].refresh)) == "done"


def test_a_replayed_refresh_token_ends_the_session_everywhere(
    resident: Newcomer, ended: Ended, auth_rows: Rows
) -> None:
    first = resident.sign_in()
    second = resident.refresh(first.refresh).result()
    auth_rows(
        "UPDATE refresh_tokens SET used_at = used_at - interval '11 seconds' "
        "WHERE session_id = %s AND used_at IS NOT NULL RETURNING 1",
        first.session,
    )
    assert refusal(resident.refresh(first.refresh)) == "session_ended"
    assert refusal(resident.session(second)) == "session_ended"
    assert refusal(resident.refresh(second.refresh)) == "session_ended"
    assert eventually(lambda: first.session in ended.sessions, "the end of the session is told")


def test_of_two_holders_of_a_stolen_token_the_second_is_found_out(
    resident: Newcomer, auth_rows: Rows
) -> None:
    first = resident.sign_in()
    owner, thief = (resident.refresh(first.refresh).result() for _ in range(2))
    resident.refresh(thief.refresh).result()
    auth_rows(
        "UPDATE refresh_tokens SET used_at = used_at - interval '11 seconds' "
        "WHERE session_id = %s AND used_at IS NOT NULL RETURNING 1",
        first.session,
    )
    assert refusal(resident.refresh(owner.refresh)) == "session_ended"
    assert refusal(resident.session(first)) == "session_ended"


def test_an_unknown_or_expired_refresh_token_is_refused(resident: Newcomer, auth_rows: Rows) -> None:
    tokens = resident.sign_in()
    assert refusal(resident.refresh("no-such-token")) == "session_ended"
    auth_rows(
        "UPDATE refresh_tokens SET expires_at = now() WHERE session_id = %s RETURNING 1", tokens.session
    )
    assert refusal(resident.refresh(tokens.refresh)) == "session_ended"


def test_signing_out_ends_this_session_only_and_is_told(resident: Newcomer, ended: Ended) -> None:
    one, other = resident.sign_in(), resident.sign_in()
    request = auth.SessionRequest(user=one.user, session=one.session)
    resident.bus.call(auth.SIGN_OUT, request)
    resident.bus.call(auth.SIGN_OUT, request)
    assert refusal(resident.session(one)) == "session_ended"
    assert refusal(resident.refresh(one.refresh)) == "session_ended"
    assert refusal(resident.session(other)) == "done"
    assert eventually(lambda: one.session in ended.sessions, "the end of the session is told")
    assert ended.sessions.count(one.session) == 1


def test_nobody_signs_another_person_out(resident: Newcomer) -> None:
    tokens = resident.sign_in()
    stranger = auth.SessionRequest(user=tokens.session, session=tokens.session)
    resident.bus.call(auth.SIGN_OUT, stranger)
    assert refusal(resident.session(tokens)) == "done"


def _open_the_lock(resident: Newcomer, auth_rows: Rows) -> None:
    auth_rows(
        "UPDATE failures SET locked_until = now() WHERE subject = %s RETURNING 1",
        resident.home.account,
    )
