"""`up`, `down`, `status`, `logs`: the system of this checkout."""

import os
import signal
import time
from typing import Annotated, NoReturn

import typer
from rich.table import Table

from deploy.commands.screen import console
from deploy.local.bringing import bring_up, local_system
from deploy.local.errors import LocalError
from deploy.local.system import LocalSystem


def up(
    detach: Annotated[
        bool, typer.Option("--detach", "-d", help="Leave it running; stop it with down.")
    ] = False,
    accounts: Annotated[
        int, typer.Option(help="Size of the demo registry, when there is none yet.", min=1)
    ] = 300,
) -> None:
    """Start everything and say where it is; Ctrl-C stops it, data stay.

    Ready-made servers are used when SVET_DATABASE_URL (a PostgreSQL user with CREATEDB and CREATEROLE)
    or SVET_AMQP_URL (a RabbitMQ user with all rights on one virtual host) is set.
    """
    system = local_system(tied=not detach)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    if not bring_up(system, accounts, console):
        console.print("Svet is already running.")
        tell(system)
        return
    tell(system)
    if detach:
        console.print("Stop it with ./svet down.")
        return
    console.print("Ctrl-C stops everything; data stay.")
    try:
        while system.running():
            time.sleep(1)
        console.print("Svet was stopped from outside.")
    except KeyboardInterrupt:
        console.print("Stopping...")
        system.stop()
        console.print("Svet is stopped; data stay.")


def down() -> None:
    """Stop everything that up started; data stay."""
    system = local_system()
    if not system.running():
        console.print("Svet is not running.")
        return
    system.stop()
    console.print("Svet is stopped; data stay.")


def status() -> None:
    """Show every process: its state, whether it is ready, its number and port. Fails when one is not ready."""
    system = local_system()
    if not system.running():
        console.print("Svet is not running. Start it with ./svet up.")
        raise typer.Exit(1)
    table = Table("process", "state", "ready", "pid", "port", box=None)
    all_ready = True
    for name, state in system.states().items():
        ready = system.is_ready(name)
        all_ready &= ready
        port = system.ports.get(name, "")
        table.add_row(name, state.lower(), "yes" if ready else "no", str(system.pid(name)), str(port))
    console.print(table)
    tell(system)
    raise typer.Exit(0 if all_ready else 1)


def logs(
    process: Annotated[str | None, typer.Argument(help="One process; without it, all.")] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on showing what comes.")] = False,
) -> None:
    """Show the end of the logs."""
    folder = local_system().places.log
    files = sorted(folder.glob(f"{process or '*'}.log"))
    if not files:
        known = ", ".join(sorted(file.stem for file in folder.glob("*.log"))) or "none yet"
        raise LocalError(f"There is no log of {process or 'anything'} in {folder}. Logs: {known}.")
    lines = "100" if process else "10"
    command = ["tail", "-n", lines, *(["-F"] if follow else []), *map(str, files)]
    os.execvp("tail", command)  # noqa: S606


def tell(system: LocalSystem) -> None:
    """Print where to go, and as whom."""
    from deploy.local.bringing import customer

    urls = system.urls
    console.print(f"  Cabinet   {urls.portal}  (API description: {urls.gateway}/api/v1/openapi.json)")
    console.print(f"  Mailbox   {urls.mailbox}")
    console.print(f"  Acquirer  {urls.acquirer}")
    if known := customer(system):
        console.print(
            f"  Customer  {known['email']}  password {known['password']}  account {known['account']}"
        )


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


def register(app: typer.Typer) -> None:
    for command in (up, down, status, logs):
        app.command()(command)
