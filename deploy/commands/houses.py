"""`houses load` and `acts load`: houses billed directly, and acts that change how a household is charged."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from deploy.commands.screen import console
from deploy.local.databases import session_of
from deploy.local.errors import LocalError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

houses = typer.Typer(help="Houses whose common needs (ОДН) are billed directly.", no_args_is_help=True)
acts = typer.Typer(help="Acts that change how a household is charged.", no_args_is_help=True)
Folder = Annotated[Path, typer.Argument(help="A folder of CSV files (docs/houses.md).")]


@houses.callback()
def _houses() -> None:
    """Keeps `load` a command of its own while it is the only one."""


@acts.callback()
def _acts() -> None:
    """Keeps `load` a command of its own while it is the only one."""


@houses.command("load")
def load_houses(folder: Folder) -> None:
    """Load houses, their accounts, and what their meters counted by month."""
    from services.billing import house_files

    _load(house_files.load_houses, folder)


@acts.command("load")
def load_acts(folder: Folder) -> None:
    """Load acts: no access, a meter that could be put up or is the supplier's, an interference."""
    from services.billing import house_files

    _load(house_files.load_acts, folder)


def _load(load: "Callable[[Session, Path], dict[str, int]]", folder: Path) -> None:
    from services.billing.dated_files import BadFiles

    try:
        with session_of("billing") as session:
            loaded = load(session, folder)
    except BadFiles as error:
        raise LocalError(f"Nothing was loaded.\n{error}") from error
    table = Table("file", "new", box=None)
    for name, new in loaded.items():
        table.add_row(f"{name}.csv", str(new))
    console.print(table)


def register(parent: typer.Typer) -> None:
    parent.add_typer(houses, name="houses")
    parent.add_typer(acts, name="acts")
