"""`parked list|show|retry`: messages that no service could handle, and running an event again."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from deploy.local.environment import SERVICES
from deploy.local.errors import LocalError

app = typer.Typer(help="Messages that no service could handle.", no_args_is_help=True)
console = Console(highlight=False, soft_wrap=True)
Service = Annotated[str, typer.Argument(help="The service that parked it.")]
Number = Annotated[int, typer.Argument(help="Its number, as `parked list` shows it.")]


@app.command("list")
def list_parked() -> None:
    """List parked messages of every service with their reasons."""
    from services.chassis import parked

    table = Table("service", "number", "kind", "address", "reason", "parked at", "bytes", box=None)
    for service, url in _databases().items():
        with _connected(url) as connection:
            for row in parked.listed(connection):
                at = row["parked_at"].isoformat(timespec="seconds")
                table.add_row(
                    service, str(row["id"]), row["kind"], row["address"], row["reason"], at, str(row["size"])
                )
    console.print(table if table.row_count else "Nothing is parked.")


@app.command()
def show(service: Service, number: Number) -> None:
    """Show one parked message. A request's body is never kept: it may have held a password."""
    from services.chassis import parked

    with _connected(_database(service)) as connection:
        row = parked.shown(connection, number)
    if row is None:
        raise LocalError(f"{service} has nothing parked under {number}.")
    console.print_json(json.dumps(row, default=str, ensure_ascii=False))


@app.command()
def retry(service: Service, number: Number) -> None:
    """Give a parked event back to its handler, which applies it at most once."""
    from services.chassis import parked

    with _connected(_database(service)) as connection:
        try:
            event = parked.retry(connection, number)
        except parked.NotReplayable as error:
            raise LocalError(f"{service} {number} cannot be retried: {error}.") from error
    console.print(f"Event {event} is back in the inbox of {service}.")


def _databases() -> Mapping[str, str]:
    """From SVET_<SERVICE>_DATABASE_URL when all are set (containers), else of this checkout's running system."""
    given = {service: os.environ.get(f"SVET_{service.upper()}_DATABASE_URL") for service in SERVICES}
    urls = {service: url for service, url in given.items() if url}
    if len(urls) == len(SERVICES):
        return urls
    from deploy.local.bringing import local_system

    system = local_system()
    if not system.running():
        raise LocalError("Svet is not running. Start it with ./svet up.")
    return dict(system.urls.databases)


def _database(service: str) -> str:
    databases = _databases()
    if service not in databases:
        raise LocalError(f"There is no service {service}. Services: {', '.join(databases)}.")
    return databases[service]


@contextmanager
def _connected(url: str) -> Iterator[Any]:
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=NullPool)
    with engine.begin() as connection:
        yield connection


def register(parent: typer.Typer) -> None:
    parent.add_typer(app, name="parked")
