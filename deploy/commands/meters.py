"""`meter replace`: a meter is taken away and a new one put up."""

from datetime import datetime
from typing import Annotated, Literal

import typer

from deploy.commands.arguments import Account, account_number
from deploy.commands.screen import console
from deploy.local.databases import session_of
from deploy.local.errors import LocalError

app = typer.Typer(help="Meters of accounts.", no_args_is_help=True)


@app.callback()
def _room() -> None:
    """Keeps `replace` a command of its own while it is the only one."""


@app.command()
def replace(
    account: Account,
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day it was done.")],
    serial: Annotated[str, typer.Option(help="Of the new meter.")],
    model: Annotated[str, typer.Option(help="Of the new meter.")],
    initial: Annotated[str, typer.Option(help="What it shows: kWh by zone, with a space between.")],
    final: Annotated[
        str | None, typer.Option(help="What the old one showed at last; left out only when it was faulty.")
    ] = None,
    digits: Annotated[int, typer.Option(min=4, max=7)] = 6,
    kind: Annotated[Literal["manual", "automatic"], typer.Option()] = "manual",
    verification_due: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])] = None,
) -> None:
    """Close the account's meter and put up a new one, with what both showed."""
    from services.common.clock import business_now
    from services.readings.domain.replacement import New
    from services.readings.domain.rules import Limits
    from services.readings.handlers.meters import Replacement
    from services.readings.handlers.meters import replace as replace_meter

    try:
        shown = _values(initial)
        new = New(
            serial,
            model,
            len(shown),
            digits,
            kind,
            verification_due.date() if verification_due else None,
            shown,
        )
        asked = Replacement(account_number(account), on.date(), _values(final) if final else None, new)
        with session_of("readings") as session:
            replace_meter(session, asked, Limits(), business_now())
    except ValueError as error:
        raise LocalError(f"Nothing was changed: {error}") from error
    console.print(f"Account {asked.account} has meter {serial} since {asked.on}.")


def _values(text: str) -> list[int]:
    parts = text.split()
    if not parts or not all(part.isascii() and part.isdigit() for part in parts):
        raise ValueError("readings are whole kWh")
    return [int(part) for part in parts]


def register(parent: typer.Typer) -> None:
    parent.add_typer(app, name="meter")
