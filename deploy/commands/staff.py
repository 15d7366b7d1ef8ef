"""`staff add|list|disable|reset|enrol`: members of staff, made by whoever runs the servers."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from deploy.commands.screen import console
from deploy.local.databases import session_of
from deploy.local.errors import LocalError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from services.auth.console import Link
    from services.contracts.auth.staff import Role

app = typer.Typer(help="Members of staff: who they are and what they may.", no_args_is_help=True)
Login = Annotated[str, typer.Argument(help="Small Latin letters, digits, dots and dashes.")]


@app.command()
def add(
    login: Login,
    name: Annotated[str, typer.Option(help="As colleagues know them.")],
    role: Annotated[list[str], typer.Option(help="support, operator, finance or admin; may be repeated.")],
) -> None:
    """Make a member of staff and print their one-time link, good for 24 hours."""
    from services.auth import console as auth
    from services.common.clock import real_now

    login, roles, gateway = _login(login), _roles(role), _gateway()
    with _session() as session:
        link = auth.add(session, login, name.strip() or login, roles, real_now())
    _tell(login, link, gateway)


@app.command("list")
def list_staff() -> None:
    """List members of staff with their roles and whether they have enrolled."""
    from services.auth import console as auth
    from services.common.clock import real_now

    table = Table("login", "name", "roles", "state", box=None)
    with _session() as session:
        for member in auth.everybody(session, real_now()):
            table.add_row(member.login, member.name, ", ".join(member.roles), member.state)
    console.print(table if table.row_count else "There is no staff yet: ./svet staff add.")


@app.command()
def disable(login: Login) -> None:
    """End a member's sessions at once and let them in no more; `reset` gives them a new start."""
    from services.auth import console as auth
    from services.common.clock import real_now

    with _session() as session:
        auth.disable(session, _login(login), real_now())
    console.print(f"{login} is disabled, every session of theirs has ended.")


@app.command()
def reset(login: Login) -> None:
    """Forget a member's password and second factor, end their sessions, print a new one-time link."""
    from services.auth import console as auth
    from services.common.clock import real_now

    login, gateway = _login(login), _gateway()
    with _session() as session:
        link = auth.reset(session, login, real_now())
    _tell(login, link, gateway)


@app.command()
def enrol(
    gateway: Annotated[
        str | None, typer.Option(help="Where Svet is; this checkout's own when not given.")
    ] = None,
) -> None:
    """Use a one-time link here: choose a password and set up a TOTP app, through the staff API."""
    from deploy.commands.enrolment import run

    run(gateway or _gateway(), console)


def _tell(login: str, link: "Link", gateway: str) -> None:
    until = link.expires_at.astimezone().strftime("%d.%m.%Y %H:%M")
    console.print(f"{login} may enrol once until {until}, with this token:\n\n    {link.token}\n")
    console.print(f"In a terminal:  ./svet staff enrol --gateway {gateway}")
    console.print(f"Or by the API:  POST {gateway}/staff/api/v1/enrolment")


def _login(text: str) -> str:
    from pydantic import TypeAdapter, ValidationError

    from services.contracts.auth.staff import Login

    try:
        found: str = TypeAdapter(Login).validate_python(text)
    except ValidationError as error:
        raise LocalError(
            f"{text!r} is no login: 2 to 40 small Latin letters, digits, dots and dashes."
        ) from error
    return found


def _roles(given: list[str]) -> "list[Role]":
    from typing import get_args

    from services.contracts.auth.staff import Role

    known: dict[str, Role] = {name: name for name in get_args(Role)}
    if strange := [name for name in given if name not in known]:
        raise LocalError(f"There is no role {', '.join(strange)}. Roles: {', '.join(known)}.")
    return [known[name] for name in given]


def _gateway() -> str:
    """Where people reach Svet: as letters have it (containers), else this checkout's running system."""
    if url := os.environ.get("SVET_AUTH_PUBLIC_URL"):
        return url.rstrip("/")
    from deploy.local.bringing import local_system

    system = local_system()
    if not system.running():
        raise LocalError("Svet is not running. Start it with ./svet up, or set SVET_AUTH_PUBLIC_URL.")
    return system.urls.gateway


@contextmanager
def _session() -> "Iterator[Session]":
    """One transaction at auth's database; what cannot be is told in words."""
    from services.auth.console import StaffError

    try:
        with session_of("auth") as session:
            yield session
    except StaffError as error:
        raise LocalError(str(error)) from error


def register(parent: typer.Typer) -> None:
    parent.add_typer(app, name="staff")
