"""`./svet staff`: a person is made, enrols in a terminal, is listed, disabled and reset."""

import io
import re
from uuid import uuid4

import pyotp
import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from deploy.cli import app
from deploy.commands import enrolment, staff
from deploy.local.errors import LocalError
from deploy.local.system import LocalSystem
from tests.support.problems import code_of
from tests.support.staff import PASSWORD, Member


@pytest.fixture(autouse=True)
def at_this_system(system: LocalSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SVET_AUTH_DATABASE_URL", system.urls.databases["auth"])
    monkeypatch.setenv("SVET_AUTH_PUBLIC_URL", system.urls.gateway)
    monkeypatch.setattr(staff.console, "_width", 200)


def svet(*words: str) -> str:
    """What `./svet staff ...` prints."""
    result: Result = CliRunner().invoke(app, ["staff", *words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def token_in(output: str) -> str:
    (token,) = re.findall(r"^    ([\w-]{43})$", output, re.MULTILINE)
    return str(token)


def listed(login: str) -> str:
    lines = [" ".join(line.split()) for line in svet("list").splitlines()]
    (line,) = [line for line in lines if line.startswith(login)]
    return line


def at_the_terminal(system: LocalSystem, token: str) -> str:
    """Enrol as a person does who mistypes everything once; gives what the terminal showed."""
    out = io.StringIO()
    typed = iter([token, "short", "qwertyuiop12345", "qwertyuiop12345"])
    rest = iter([PASSWORD, PASSWORD + "x", PASSWORD, PASSWORD])
    wrong_code = iter(["000000", "000000"])

    def ask(what: str) -> str:
        if what.startswith("The app"):
            secret = re.findall(r"key: (\w+)", out.getvalue())[0]
            return next(wrong_code, None) or pyotp.TOTP(secret).now()
        return next(typed, None) or next(rest)

    enrolment.run(system.urls.gateway, Console(file=out, width=200), ask)
    return out.getvalue()


def test_a_person_enrols_in_a_terminal_and_is_told_what_was_wrong(system: LocalSystem) -> None:
    login = f"t-{uuid4().hex[:8]}"
    told = svet("add", login.upper(), "--name", "Пётр Сидоров", "--role", "support", "--role", "finance")
    assert system.urls.gateway in told
    assert listed(login) == f"{login} Пётр Сидоров finance, support invited"
    seen = at_the_terminal(system, token_in(told))
    assert f"your login is {login}" in seen
    assert "shorter than 12" in seen
    assert "легко угадать" in seen
    assert "two different passwords" in seen
    assert "otpauth://totp/" in seen
    assert "Код не подошёл" in seen
    assert "Done." in seen
    assert listed(login).endswith("enrolled")
    with pytest.raises(LocalError, match="уже использована"):
        at_the_terminal(system, token_in(told))


def test_disable_and_reset(system: LocalSystem) -> None:
    member = Member(system, "support").enrol().sign_in()
    svet("disable", member.login)
    assert listed(member.login).endswith("disabled")
    assert code_of(member.send("GET", "/me")) == "session_ended"
    member.link = token_in(svet("reset", member.login))
    assert listed(member.login).endswith("invited")
    assert member.enrol().sign_in().send("GET", "/me").status_code == 200


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["add", "Иванова", "--name", "x", "--role", "support"], "no login"),
        (["add", "ivanova", "--name", "x", "--role", "boss"], "There is no role boss"),
        (["disable", "nobody-at-all"], "There is no nobody-at-all"),
        (["reset", "nobody-at-all"], "There is no nobody-at-all"),
    ],
)
def test_what_cannot_be_is_told_in_words(words: list[str], told: str) -> None:
    with pytest.raises(LocalError, match=told):
        svet(*words)


def test_nobody_is_added_twice() -> None:
    login = f"t-{uuid4().hex[:8]}"
    svet("add", login, "--name", "Анна", "--role", "support")
    with pytest.raises(LocalError, match="already"):
        svet("add", login, "--name", "Анна", "--role", "admin")
