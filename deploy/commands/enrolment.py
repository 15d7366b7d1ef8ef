"""`staff enrol`: one person, one terminal: a password and a TOTP app, set up through the staff API."""

from collections.abc import Callable
from io import StringIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import segno
import typer
from rich.console import Console

from deploy.local.errors import LocalError

_API = "/staff/api/v1"
Ask = Callable[[str], str]


class Refused(LocalError):
    """The API refused; `fields` are what it said of single fields."""

    def __init__(self, problem: dict[str, Any]) -> None:
        self.fields = {field["field"]: field["message"] for field in problem.get("fields", ())}
        super().__init__(" ".join([problem["title"], *self.fields.values()]))


def run(gateway: str, console: Console, ask: Ask | None = None) -> None:
    """Ask for the link's token, a password and a code; a wrong answer is asked again."""
    ask = ask or (lambda what: typer.prompt(what, hide_input=what.startswith("Password")))
    with httpx.Client(base_url=gateway, timeout=30, trust_env=False) as http:
        token = ask("The link's token").strip()
        offer = _post(http, "/enrolment", {"token": token})
        console.print(f"{offer['name']}, your login is {offer['login']}.")
        password = _password(ask, console)
        _show(offer["totp_uri"], console)
        while True:
            answer = {"token": token, "password": password, "ticket": offer["ticket"]}
            answer["code"] = ask("The app's six digits").replace(" ", "")
            try:
                _post(http, "/enrolment/confirmation", answer)
            except Refused as error:
                if not error.fields:
                    raise
                console.print(str(error))
                if "password" in error.fields:
                    password = _password(ask, console)
                continue
            break
    console.print(f"Done. Sign in at {gateway}{_API}/sessions/password, as the README shows.")


def _password(ask: Ask, console: Console) -> str:
    while True:
        password = ask("Password, at least 12 characters")
        if len(password) < 12:
            console.print("That is shorter than 12 characters.")
        elif ask("Password again") != password:
            console.print("These are two different passwords.")
        else:
            return password


def _show(uri: str, console: Console) -> None:
    """The secret for the app: as a QR code and as text."""
    console.print("Add this to an authenticator app (TOTP), by scanning or by typing the key:")
    drawn = StringIO()
    segno.make(uri, error="l", boost_error=False).terminal(drawn, compact=True)
    console.print(drawn.getvalue())
    console.print(f"    {uri}\n    key: {parse_qs(urlsplit(uri).query)['secret'][0]}")


def _post(http: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    try:
        answer = http.post(f"{_API}{path}", json=body)
        told: dict[str, Any] = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise LocalError(f"Svet does not answer at {http.base_url}: {error}") from error
    if answer.is_error:
        raise Refused(told)
    return told
