"""`import` and `demo-registry`: the retailer's registry of accounts, loaded or made up."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from deploy.commands.screen import console

_LOADED_SERVICES = ("billing", "readings")


def import_package(
    directory: Annotated[Path, typer.Argument(help="The package: CSV files and manifest.json.", exists=True)],
    report: Annotated[Path | None, typer.Option(help="Where rejected lines go (default: beside it).")] = None,
) -> None:
    """Load a registry package; fails when any account was rejected. Safe to repeat.

    Loads into the running system of this checkout, else starts its databases for the while;
    or into SVET_BILLING_DATABASE_URL and SVET_READINGS_DATABASE_URL when both are set.
    """
    from deploy.registry import load

    with _databases() as databases:
        code = load.run(directory, databases, report=report)
    raise typer.Exit(code)


def demo_registry(
    accounts: Annotated[int, typer.Option(help="How many accounts.", min=1)],
    seed: Annotated[int, typer.Option(help="The same seed makes the same registry.")],
    as_of: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day the registry is of.")],
    out: Annotated[Path, typer.Option(help="The folder to write the package to.")],
) -> None:
    """Make up a believable registry package, determined by its arguments."""
    from deploy.registry import generate

    generate.run(accounts=accounts, seed=seed, as_of=as_of.date(), out=out)


@contextmanager
def _databases() -> Iterator[Mapping[str, str]]:
    given = {name: os.environ.get(f"SVET_{name.upper()}_DATABASE_URL") for name in _LOADED_SERVICES}
    named = {name: url for name, url in given.items() if url}
    if len(named) == len(_LOADED_SERVICES):
        yield named
        return
    from deploy.local.bringing import bring_databases, local_system

    system = local_system()
    started = False
    try:
        with system.lock():  # an `up` that has begun comes first
            if started := not system.running():
                bring_databases(system, console)
        yield system.urls.databases
    finally:
        if started:
            system.stop()


def register(app: typer.Typer) -> None:
    app.command("import")(import_package)
    app.command("demo-registry")(demo_registry)
