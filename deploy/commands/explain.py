"""`explain`: a bill traced back to readings, prices, acts and postings."""

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import typer
from rich.table import Table
from rich.text import Text

from deploy.commands.arguments import Account, Month, account_number, month
from deploy.commands.paperwork import paperwork
from deploy.commands.screen import console
from deploy.local.databases import session_of
from deploy.local.errors import LocalError

if TYPE_CHECKING:
    from services.billing.models import Charge
    from services.billing.repository.bills import Behind

_SOURCED = ("meter", "interference", "common_house")
"""Bases whose source names something: a meter, an act, a house."""


def explain(
    account: Account,
    period: Month,
) -> None:
    """Trace every amount of a bill back to its readings, prices and postings."""
    from services.billing.handlers import paper
    from services.billing.repository import bills

    number, billed = account_number(account), month(period)
    with session_of("billing") as session:
        found = bills.behind(session, number, billed.first_day)
        if found is None:
            raise LocalError(f"{number} has no bill of {period}.")
        before = bills.before(session, number, found.bill.period)
        since = before.published_at if before else None
        postings = bills.postings(session, number, since, found.bill.published_at)
        _tell(found, postings)
        if found.charge is not None:
            console.print(_sentences(paper.explained(session, number, billed, paperwork())))


def _tell(found: "Behind", postings: Any) -> None:
    from services.common.money import roubles

    bill = found.bill
    console.print(
        f"Bill {bill.id} of {bill.period:%Y-%m}, published {bill.published_at:%Y-%m-%d %H:%M:%S %Z}"
    )
    console.print(f"To pay until {bill.due_on:%d.%m.%Y}: {roubles(bill.amount)}")
    if found.charge is None or bill.balance is None:
        console.print("It came with the registry: its charge was made by the retailer's former billing.")
    else:
        console.print(
            f"  {roubles(bill.opening or 0)} after the bill before - {roubles(bill.paid or 0)} paid since "
            f"+ {roubles(found.charge.charged)} charged + {roubles(found.charge.recalculated)} recalculated "
            f"= {roubles(bill.balance)}{' (overpaid)' if bill.balance < 0 else ''}; "
            f"penalty {roubles(bill.penalty or 0)}"
        )
        if found.charge.household:
            console.print(_household(found.charge.household), markup=False)
        console.print(_meters(found.charge.meters) if found.charge.meters else _without_reading(found.charge))
        console.print(_lines(found))
        if found.charge.common_house:
            console.print(_common_house(found.charge.common_house))
        if found.penalty:
            console.print(_penalty(found))
    table = Table(
        "posted for", "debit", "credit", "amount", "at", box=None, title="Postings since the bill before"
    )
    for row in postings:
        at = f"{row.occurred_at:%Y-%m-%d %H:%M:%S}"
        table.add_row(row.source.replace(":", " "), row.debit, row.credit, roubles(row.amount), at)
    console.print(table)


def _household(kept: dict[str, Any]) -> str:
    """What the closing knew of the account; the registry may say something else by now."""
    area = f", {kept['area_m2']} m2" if kept["area_m2"] else ""
    return (
        f"At the closing: {kept['postcode']}, {kept['address']}; {kept['tariff_group']}, "
        f"residents: {kept['residents']}{area}"
    )


def _without_reading(charge: "Charge") -> str:
    """By what it was charged, why, and for how many months on end."""
    why = f" ({charge.situation})" if charge.situation else ""
    months = f", month {charge.estimated} in a row without a reading" if charge.estimated else ""
    return f"Charged by {charge.way}{why}{months}."


def _sentences(sentences: list[str]) -> Text:
    """Each line of the month as the customer reads it."""
    return Text("\n".join(["As the customer reads it", *sentences]))


def _meters(meters: list[dict[str, Any]]) -> Table:
    table = Table("meter", "from", "taken", "by", "to", "taken", "by", "kWh", box=None, title="Readings")
    for meter in meters:
        before, now = meter["before"], meter["now"]
        table.add_row(
            meter["serial"],
            *(_values(before["values"]), before["taken_on"], before["source"]),
            *(_values(now["values"]), now["taken_on"], now["source"]),
            _values(meter["kwh"]),
        )
    return table


def _lines(found: "Behind") -> Table:
    from services.common.money import roubles

    acts = list(dict.fromkeys(line.act for line in found.lines))
    columns = ("line", "month", "by", "zone", "range", "days", "kWh", "price", "amount", "act")
    notes = "\n".join(f"[{number}] {act}" for number, act in enumerate(acts, 1))
    table = Table(*columns, box=None, title="Lines", caption=Text(notes), caption_justify="left")
    for line in found.lines:
        table.add_row(
            line.kind,
            f"{line.month:%Y-%m}",
            f"{line.basis} {line.source}" if line.basis in _SOURCED else line.basis,
            line.zone,
            str(line.range),
            f"{line.first:%d}-{line.last:%d}",
            _kwh(line.volume),
            f"{line.rub.normalize():f}",
            roubles(line.amount),
            Text(f"[{acts.index(line.act) + 1}]"),
        )
    return table


def _common_house(kept: dict[str, Any]) -> str:
    """Where the common-house line comes from."""
    if kept["known"] == "norm":
        needs = f"norm {kept['norm_kwh_m2']} kWh x {kept['common_m2']} m2 ({kept['act']})"
    else:
        of = "house meter" if kept["known"] == "meter" else "average of the house meter"
        needs = f"{of} {kept['house']} - flats {kept['flats']} - others {kept['others']}, not below 0"
    return (
        f"Common needs of house {kept['house_id']}: {needs} = {kept['needs']} kWh; "
        f"this flat's part {kept['area_m2']} of {kept['house_area_m2']} m2"
    )


def _penalty(found: "Behind") -> Table:
    from services.common.money import roubles

    table = Table("debt", "due", "from", "through", "per cent", "part", "amount", box=None, title="Penalty")
    for line in found.penalty:
        table.add_row(
            roubles(line.kopecks),
            str(line.due_on),
            str(line.first),
            str(line.last),
            f"{line.percent.normalize():f}",
            line.part,
            roubles(line.amount),
        )
    return table


def _kwh(text: str) -> str:
    volume = Fraction(text)
    return str(volume) if volume.denominator == 1 else f"{text} = {float(volume):.3f}"


def _values(values: list[int]) -> str:
    return " / ".join(str(value) for value in values)


def register(parent: typer.Typer) -> None:
    parent.command()(explain)
