"""`parked list|show|retry`: messages that no service could handle, and running an event again."""

import json
from typing import Annotated

import typer
from rich.table import Table

from deploy.commands.screen import console, plain
from deploy.local.databases import session_of
from deploy.local.environment import SERVICES
from deploy.local.errors import LocalError

app = typer.Typer(help="Messages that no service could handle.", no_args_is_help=True)
Service = Annotated[str, typer.Argument(help="The service that parked it.")]
Number = Annotated[int, typer.Argument(help="Its number, as `parked list` shows it.")]


@app.command("list")
def list_parked() -> None:
    """List parked messages of every service with their reasons."""
    from services.chassis import parked

    table = Table("service", "number", "kind", "address", "reason", "parked at", "bytes", box=None)
    for service in SERVICES:
        with session_of(service) as session:
            rows = parked.listed(session.connection())
        for row in rows:
            at = row["parked_at"].isoformat(timespec="seconds")
            told = (str(row["id"]), row["kind"], row["address"], row["reason"], at, str(row["size"]))
            table.add_row(service, *map(plain, told))
    console.print(table if table.row_count else "Nothing is parked.")


@app.command()
def show(service: Service, number: Number) -> None:
    """Show one parked message. A request's body is never kept: it may have held a password."""
    from services.chassis import parked

    with session_of(_known(service)) as session:
        row = parked.shown(session.connection(), number)
    if row is None:
        raise LocalError(f"{service} has nothing parked under {number}.")
    console.print_json(json.dumps(row, default=str, ensure_ascii=False))


@app.command()
def retry(service: Service, number: Number) -> None:
    """Give a parked event back to its handler, which applies it at most once."""
    from services.chassis import parked

    try:
        with session_of(_known(service)) as session:
            event = parked.retry(session.connection(), number)
    except parked.NotReplayable as error:
        raise LocalError(f"{service} {number} cannot be retried: {error}.") from error
    console.print(f"Event {event} is back in the inbox of {service}.")


def _known(service: str) -> str:
    if service not in SERVICES:
        raise LocalError(f"There is no service {service}. Services: {', '.join(SERVICES)}.")
    return service


def register(parent: typer.Typer) -> None:
    parent.add_typer(app, name="parked")
