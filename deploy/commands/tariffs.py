"""`tariffs load|show`: prices, norms and rates as data with dates."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from deploy.commands.screen import console
from deploy.local.databases import session_of
from deploy.local.errors import LocalError
from deploy.tariffs import KALUGA

app = typer.Typer(help="Tariffs, norms and rates: data with dates.", no_args_is_help=True)


@app.command()
def load(folder: Annotated[Path, typer.Argument(help="A folder of CSV files.")] = KALUGA) -> None:
    """Load a folder of tariffs: what is new is added, other words of `act` are taken over, numbers never change."""
    from services.billing import tariff_files
    from services.billing.dated_files import BadFiles

    try:
        rows = tariff_files.read(folder)
        with session_of("billing") as session:
            loaded = tariff_files.load(session, rows)
    except BadFiles as error:
        raise LocalError(f"Nothing was loaded.\n{error}") from error
    table = Table("file", "rows", "new", box=None)
    for name, new in loaded.new.items():
        table.add_row(f"{name}.csv", str(len(rows[name])), str(new))
    console.print(table)
    if loaded.demo:
        console.print(f"{loaded.demo} rows are marked as demo: no source is known for their numbers.")


@app.command()
def show(
    group: Annotated[str, typer.Option(help="urban_gas, urban_electric or rural.")] = "urban_gas",
) -> None:
    """Show a group's prices with the act behind each."""
    from services.billing.models import Price
    from services.billing.repository.dated import all_rows

    table = Table("form", "zone", "range", "from", "roubles a kWh", "demo", "act", box=None)
    with session_of("billing") as session:
        prices = [price for price in all_rows(session, Price) if price.tariff_group == group]
        for p in sorted(prices, key=lambda p: (p.form, p.zone, p.range, p.valid_from)):
            price = f"{p.rub.normalize():f}"
            demo = "demo" if p.demo else ""
            table.add_row(str(p.form), p.zone, str(p.range), str(p.valid_from), price, demo, p.act)
    console.print(table if table.row_count else f"There are no prices of {group}.")


def register(parent: typer.Typer) -> None:
    parent.add_typer(app, name="tariffs")
