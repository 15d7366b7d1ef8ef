"""`bill`: a bill as a file, as the customer gets it."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.commands.arguments import Account, Month, account_number, month
from deploy.commands.paperwork import paperwork
from deploy.commands.screen import console
from deploy.local.databases import session_of
from deploy.local.errors import LocalError


def bill(
    account: Account,
    period: Month,
    png: Annotated[bool, typer.Option("--png", help="A picture instead of PDF.")] = False,
    out: Annotated[Path | None, typer.Option(help="The file; else ACCOUNT-YYYYMM.pdf here.")] = None,
) -> None:
    """Draw a bill into a file."""
    from services.billing.document.render import Sheets
    from services.billing.handlers import paper
    from services.contracts.errors import ServiceError

    number, billed = account_number(account), month(period)
    try:
        with session_of("billing") as session:
            facts = paper.facts_of(session, number, billed, paperwork())
    except ServiceError as error:
        raise LocalError(f"{number} has no bill of {period} that Svet made.") from error
    file = out or Path(f"{number}-{period.replace('-', '')}.{'png' if png else 'pdf'}")
    file.write_bytes(Sheets().png(facts) if png else Sheets().pdf(facts))
    console.print(f"{file}")


def register(parent: typer.Typer) -> None:
    parent.command()(bill)
