"""`audit`: who did what from where, of an account or a person."""

import json
from typing import Annotated
from uuid import UUID

import typer
from rich.table import Table

from deploy.commands.arguments import account_number
from deploy.commands.screen import console, plain
from deploy.local.databases import session_of
from deploy.local.errors import LocalError


def audit(
    account: Annotated[str | None, typer.Option(help="An account number, however it is written.")] = None,
    user: Annotated[str | None, typer.Option(help="A user's id, as the table shows it.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, the newest first.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="All fields, for machines.")] = False,
) -> None:
    """Show the audit trail of an account or a person; looking is an act on it too."""
    from services.auth.handlers import audit as acts
    from services.common.clock import MOSCOW, real_now

    number, person = account_number(account) if account else None, _user(user)
    if number is None and person is None:
        raise LocalError("Name an account (--account) or a person (--user).")
    with session_of("auth") as session:
        rows = acts.trail(session, number, person, limit)
        acts.record(
            session, "audit_read", real_now(), account=number, user=person, actor="console", acts=len(rows)
        )
    if as_json:
        print(json.dumps({"acts": [row.model_dump(mode="json") for row in rows]}, ensure_ascii=False))
        return
    table = Table(
        "when (Moscow)", "act", "by", "account", "user", "session", "from", "on", "details", box=None
    )
    for row in rows:
        table.add_row(
            row.at.astimezone(MOSCOW).strftime("%d.%m.%Y %H:%M:%S"),
            row.act,
            row.actor,
            row.account or "",
            str(row.user or ""),
            str(row.session or "")[:8],
            row.client or "",
            row.channel or "",
            plain(", ".join(f"{name}={value}" for name, value in row.details.items())),
        )
    console.print(table if rows else "Nothing is on the trail.")


def _user(text: str | None) -> UUID | None:
    try:
        return None if text is None else UUID(text)
    except ValueError as error:
        raise LocalError(f"{text!r} is no user's id.") from error


def register(app: typer.Typer) -> None:
    app.command()(audit)
