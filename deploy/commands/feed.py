"""`feed load|readings`: what automatic meters tell, from files."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.commands.screen import console
from deploy.local.databases import session_of
from deploy.local.errors import LocalError

if TYPE_CHECKING:
    from services.readings.feed_files import Bad, Loaded

app = typer.Typer(help="What automatic meters tell: hours and readings.", no_args_is_help=True)
_SHOWN = 20


@app.command()
def load(file: Annotated[Path, typer.Argument(help="CSV: account,serial,start,wh.", exists=True)]) -> None:
    """Load hourly values in Wh; `start` is an hour's beginning, ISO with an offset. Safe to repeat."""
    from services.readings import feed_files

    _run(lambda reject: feed_files.load_hours(file, lambda: session_of("readings"), reject), "days")


@app.command()
def readings(
    file: Annotated[Path, typer.Argument(help="CSV: account,serial,taken_on,values.", exists=True)],
) -> None:
    """Load readings of the end of a day, whole kWh by zone with a space between. Safe to repeat."""
    from services.common.clock import business_now
    from services.readings import feed_files

    now = business_now()
    _run(lambda reject: feed_files.load_stands(file, lambda: session_of("readings"), reject, now), "readings")


def _run(load_with: "Callable[[Callable[[Bad], None]], Loaded]", what: str) -> None:
    """Load, list the first bad lines, and fail when there was any."""
    from services.readings.feed_files import BadFile

    shown: list[Bad] = []

    def reject(bad: "Bad") -> None:
        if len(shown) < _SHOWN:
            shown.append(bad)
            console.print(f"line {bad.line}: {bad.reason}")

    try:
        loaded = load_with(reject)
    except BadFile as error:
        raise LocalError(f"Nothing was loaded. {error}") from error
    if loaded.bad > len(shown):
        console.print(f"and {loaded.bad - len(shown)} more")
    console.print(
        f"{loaded.lines} lines: {loaded.changed} {what} new or changed, {loaded.bad} lines left out."
    )
    if loaded.bad:
        raise typer.Exit(1)


def register(parent: typer.Typer) -> None:
    parent.add_typer(app, name="feed")
