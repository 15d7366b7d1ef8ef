"""Signing in: tries of a device's own, the same work for nobody's account, hashes renewed, refusals on the trail."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any
from uuid import uuid4

import argon2
import pytest
from pydantic import SecretStr

from deploy.local.system import LocalSystem
from services.auth import passwords
from services.auth.domain.tokens import device_mark
from services.auth.settings import Settings
from services.contracts import auth
from services.contracts.errors import ServiceError
from tests.support.figures import work_of
from tests.support.loaded import CHEAP_HASHES
from tests.support.newcomer import PASSWORD, Newcomer, refusal

Rows = Callable[..., list[tuple[Any, ...]]]
WRONG = "wrong-password"


def sign_in(who: Newcomer, mark: str | None, password: str = PASSWORD) -> "Future[auth.Tokens]":
    request = auth.SignInRequest(
        account=who.home.account,
        password=SecretStr(password),
        client=who.client,
        mark=SecretStr(mark) if mark else None,
    )
    return who.bus.submit(auth.SIGN_IN, request)


def lock(who: Newcomer, mark: str | None = None) -> None:
    assert [refusal(sign_in(who, mark, WRONG)) for _ in range(6)][-1] == "too_many_requests"


def test_a_stranger_s_wrong_passwords_do_not_lock_out_a_known_device(resident: Newcomer) -> None:
    mark = resident.sign_in().mark
    lock(resident)
    tokens = sign_in(resident, mark).result()
    assert tokens.mark == mark
    assert refusal(resident.try_sign_in()) == "too_many_requests", "the stranger's lock stays"


def test_a_known_device_has_tries_of_its_own_and_no_more_than_others(resident: Newcomer) -> None:
    first, second = (resident.sign_in().mark for _ in range(2))
    lock(resident, first)
    with pytest.raises(ServiceError) as locked:
        sign_in(resident, first).result()
    assert 0 < locked.value.details["retry_after"] <= 60
    assert refusal(sign_in(resident, second)) == "done"
    assert refusal(sign_in(resident, None)) == "done"


@pytest.mark.parametrize("mark", ["forged", "another account's", "another device's", "nonsense", "torn"])
def test_a_mark_that_is_not_ours_for_this_account_counts_as_none(mark: str, resident: Newcomer) -> None:
    own = resident.sign_in()
    assert own.mark is not None
    assert own.device is not None
    signature = own.mark.partition(".")[2]
    marks = {
        "forged": device_mark("not-the-pepper", own.device, resident.home.account),
        "another account's": device_mark("development-pepper-of-auth", own.device, "000000041"),
        "another device's": f"{uuid4()}.{signature}",
        "nonsense": "я не метка",
        "torn": f"{own.device}.ы",
    }
    lock(resident)
    assert refusal(sign_in(resident, marks[mark])) == "too_many_requests"
    assert refusal(sign_in(resident, own.mark)) == "done", "the right one passes"


def test_the_try_that_locks_tells_for_how_long(resident: Newcomer) -> None:
    for _ in range(4):
        assert "retry_after" not in refused(sign_in(resident, None, WRONG)).details
    assert 0 < refused(sign_in(resident, None, WRONG)).details["retry_after"] <= 60


def refused(answer: "Future[Any]") -> ServiceError:
    with pytest.raises(ServiceError) as told:
        answer.result()
    return told.value


def test_refusals_are_on_the_trail_with_where_they_came_from(resident: Newcomer, auth_rows: Rows) -> None:
    tokens = resident.sign_in()
    lock(resident)
    rows = auth_rows(
        "SELECT act, user_id, client, channel, actor, details FROM audit "
        "WHERE account = %s AND act LIKE 'sign%%' ORDER BY id",
        resident.home.account,
    )
    told = (tokens.user, resident.client, "web", "customer")
    assert [row[0] for row in rows] == ["signed_in", *["sign_in_refused"] * 4, "sign_in_locked"]
    assert {row[1:5] for row in rows} == {told}
    assert [row[5] for row in rows] == [{"method": "password"}, *[{}] * 5]


def test_an_absent_account_costs_the_same_statements_and_one_argon2(
    resident: Newcomer, system: LocalSystem
) -> None:
    nobody = replace(resident, home=replace(resident.home, account="000000058"))
    costs: dict[str, list[tuple[int, int]]] = {}
    for name, who in (("somebody", resident), ("nobody", nobody)):
        for _ in range(6):
            before = work_of(system, "sign_in")
            refusal(sign_in(who, None, WRONG))
            after = work_of(system, "sign_in")
            costs.setdefault(name, []).append((after[0] - before[0], after[1] - before[1]))
    assert costs["somebody"] == costs["nobody"], "statements and argon2 of each try"
    assert [hashed for _, hashed in costs["nobody"]] == [1] * 5 + [0]


def test_a_hash_of_an_old_cost_is_renewed_by_the_right_password_alone(
    resident: Newcomer, auth_rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = resident.sign_in().user
    old = at_another_cost(monkeypatch)
    auth_rows("UPDATE users SET password_hash = %s WHERE id = %s RETURNING 1", old, user)

    def kept() -> str:
        return str(auth_rows("SELECT password_hash FROM users WHERE id = %s", user)[0][0])

    assert refusal(sign_in(resident, None, WRONG)) == "sign_in_refused"
    assert kept() == old
    assert [refusal(one) for one in [sign_in(resident, None) for _ in range(3)]] == ["done"] * 3
    renewed = kept()
    assert str(argon2.extract_parameters(renewed).memory_cost) == CHEAP_HASHES["SVET_AUTH_ARGON2_MEMORY_KIB"]
    resident.sign_in()
    assert kept() == renewed, "only once"


def at_another_cost(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SVET_ENV", "test")
    monkeypatch.setattr(passwords, "offload", lambda work, *args: work(*args))
    settings = Settings(
        database_url=SecretStr("postgresql://nowhere"),
        amqp_url=SecretStr("amqp://nowhere"),
        public_url="http://svet.test",
        argon2_memory_kib=8192,
    )
    return passwords.hash_password(settings, SecretStr(PASSWORD))
