"""`bill`: a bill as a file, as the customer gets it."""

import os
import re
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploy.commands.databases import session_of
from deploy.local.errors import LocalError

console = Console(highlight=False, soft_wrap=True)


def bill(
    account: Annotated[str, typer.Argument(help="An account number, however it is written.")],
    period: Annotated[str, typer.Argument(metavar="YYYY-MM", help="The bill's month.")],
    png: Annotated[bool, typer.Option("--png", help="A picture instead of PDF.")] = False,
    out: Annotated[Path | None, typer.Option(help="The file; else ACCOUNT-YYYYMM.pdf here.")] = None,
) -> None:
    """Draw a bill into a file."""
    from pydantic import TypeAdapter

    from services.billing.document.facts import Retailer
    from services.billing.document.render import Sheets
    from services.billing.handlers import paper
    from services.billing.settings import KALUGA
    from services.common.accounts import BadAccountNumber, parse_account
    from services.common.period import Period
    from services.contracts.errors import ServiceError

    try:
        number = parse_account(account)
    except BadAccountNumber as error:
        raise LocalError(f"{account} is no account number.") from error
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", period):
        raise LocalError(f"{period} is no month; write it as 2026-10.")
    told = os.environ.get("SVET_BILLING_RETAILER")
    retailer = TypeAdapter(Retailer).validate_json(told) if told else KALUGA
    paperwork = paper.Paperwork(retailer, int(os.environ.get("SVET_BILLING_WINDOW_END_DAY", "25")))
    try:
        with session_of("billing") as session:
            facts = paper.facts_of(session, number, Period.parse(period), paperwork)
    except ServiceError as error:
        raise LocalError(f"{number} has no bill of {period} that Svet made.") from error
    file = out or Path(f"{number}-{period.replace('-', '')}.{'png' if png else 'pdf'}")
    file.write_bytes(Sheets().png(facts)[0] if png else Sheets().pdf(facts))
    console.print(f"{file}")


def register(parent: typer.Typer) -> None:
    parent.command()(bill)
