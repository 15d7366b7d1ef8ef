"""`close-month`: charge a month and publish its bills; the billing workers do it, this shows how far they are."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from deploy.commands.arguments import Month, month
from deploy.commands.screen import console
from deploy.local.databases import session_of
from deploy.local.errors import LocalError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from services.billing import console as billing

_LOOK_SECONDS = 0.5


def close_month(
    period: Month,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Compute all, tell the totals, keep nothing.")
    ] = False,
    idle: Annotated[int, typer.Option(help="Seconds without progress after which to give up waiting.")] = 120,
    listed: Annotated[int, typer.Option(help="How many accounts that were not charged to list.")] = 20,
) -> None:
    """Close a month, or go on with its closing. Stopping this command stops nothing: call it again to look.

    Accounts that were not charged are listed with the reason: put their data right and call it again.
    """
    from services.billing import console as billing
    from services.common.clock import business_now, moscow_date
    from services.common.money import roubles

    closed = month(period)
    try:
        with session_of("billing") as session:
            begun = billing.start(session, closed, dry_run, business_now())
    except billing.NotClosable as error:
        raise LocalError(str(error)) from error
    if not begun:
        console.print(f"{period} is closed already: nothing was changed. This is what it came to.")
    state = _watched(lambda session: billing.progress(session, closed, dry_run), idle)
    table = Table(f"{period}{' (dry run)' if dry_run else ''}", "", box=None)
    table.add_row("accounts charged", f"{state.totals['accounts']:,}")
    table.add_row("of them without a reading", f"{state.totals['estimated']:,}")
    for name in ("charged", "recalculated", "penalty"):
        table.add_row(name, roubles(state.totals[name]))
    table.add_row("to be paid until", f"{state.due_on:%d.%m.%Y}")
    table.add_row("not charged", f"{state.problems:,}")
    console.print(table)
    if state.due_on < moscow_date(business_now()):
        console.print(
            "That day is past: whoever gets these bills is late at once. A dry run tells so beforehand."
        )
    if not state.problems:
        return
    with session_of("billing") as session:
        for account, reason in billing.problems(session, closed, dry_run, listed):
            console.print(f"  {account}: {reason}")
    if state.problems > listed:
        console.print(f"  and {state.problems - listed:,} more: see them with --listed {state.problems}")
    if not dry_run:
        console.print("Put their data right, and give the same command again: it charges them.")
    raise typer.Exit(1)


def _watched(look: "Callable[[Session], billing.Progress]", idle: int) -> "billing.Progress":
    """Show the progress until the closing is done."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("batches")
        seen, since = -1, time.monotonic()
        while True:
            with session_of("billing") as session:
                state = look(session)
            bar.update(task, total=state.batches, completed=state.done)
            if state.finished:
                return state
            if state.done != seen:
                seen, since = state.done, time.monotonic()
            if time.monotonic() - since > idle:
                raise LocalError(
                    f"No batch was charged for {idle} seconds ({state.done} of {state.batches} are done). "
                    "Are billing-closing and readings-closing running? What is done stays done."
                )
            time.sleep(_LOOK_SECONDS)


def register(parent: typer.Typer) -> None:
    parent.command("close-month")(close_month)
