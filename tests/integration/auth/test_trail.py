"""`./svet audit`: who did what from where, for whoever runs the servers."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from deploy.local.environment import SERVICES
from deploy.local.places import ROOT
from deploy.local.system import LocalSystem
from services.contracts import auth
from tests.support.newcomer import Newcomer, refusal

Rows = Callable[..., list[tuple[Any, ...]]]


def svet(words: Sequence[str], environment: Mapping[str, str]) -> str:
    command = [sys.executable, "-m", "deploy.cli", *words]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True
    )
    return done.stdout if done.returncode == 0 else done.stderr


def audit(system: LocalSystem, *arguments: str) -> str:
    environment = {"SVET_AUTH_DATABASE_URL": system.urls.databases["auth"], "COLUMNS": "250"}
    return svet(["audit", *arguments], environment)


def acts(system: LocalSystem, *arguments: str) -> list[str]:
    return [row["act"] for row in json.loads(audit(system, "--json", *arguments))["acts"]]


def test_the_trail_of_an_account_tells_the_newest_first(resident: Newcomer, system: LocalSystem) -> None:
    refusal(resident.try_sign_in("wrong-password"))
    tokens = resident.sign_in()
    resident.bus.call(
        auth.SIGN_OUT, auth.SessionRequest(user=tokens.user, session=tokens.session, client="203.0.113.7")
    )
    account = resident.home.account
    written = f"({account[:3]}) {account[3:]}"
    seen = acts(system, "--account", written)
    assert seen[:4] == ["signed_out", "signed_in", "sign_in_refused", "activated"]
    assert acts(system, "--account", written, "--limit", "2") == ["audit_read", "signed_out"]
    assert acts(system, "--user", str(tokens.user))[0] == "signed_out"
    assert acts(system, "--user", str(tokens.user), "--account", written)[0] == "signed_in"
    table = audit(system, "--account", account)
    assert "203.0.113.7" in table
    assert str(tokens.user) in table
    assert resident.email not in table


def test_reading_the_trail_is_on_it(resident: Newcomer, system: LocalSystem, auth_rows: Rows) -> None:
    audit(system, "--account", resident.home.account)
    actor, details = auth_rows(
        "SELECT actor, details FROM audit WHERE account = %s AND act = 'audit_read'", resident.home.account
    )[0]
    assert actor == "console"
    assert details["acts"] >= 1


def test_what_cannot_be_asked_is_told_in_words(system: LocalSystem) -> None:
    assert "--account" in audit(system)
    assert "nine digits" in audit(system, "--account", "12")
    assert "no user's id" in audit(system, "--user", "12")
    assert "Nothing is on the trail" in audit(system, "--account", "000000913")


def test_what_staff_wrote_is_shown_as_it_is(system: LocalSystem, auth_rows: Rows) -> None:
    """Brackets are no markup of ours, which would break the command off, and nothing speaks to the terminal."""
    reason = "письмо [a-12] от [/b] \x1b[2Jи всё"
    auth_rows(
        "INSERT INTO audit (at, act, actor, account, details) VALUES "
        "(now(), 'link_released', 'staff:ivanova', '000000074', jsonb_build_object('reason', %s::text)) RETURNING 1",
        reason,
    )
    table = audit(system, "--account", "000000074")
    assert "[a-12] от [/b]" in table
    assert "\x1b" not in table


def test_a_database_that_does_not_answer_is_told_in_words(system: LocalSystem) -> None:
    nobody = "postgresql://svet:secret@127.0.0.1:1/auth"
    for command in (["audit", "--account", "000000913"], ["staff", "list"], ["parked", "list"]):
        told = svet(command, {f"SVET_{name.upper()}_DATABASE_URL": nobody for name in SERVICES})
        assert told == "svet: The database of auth does not answer.\n"
