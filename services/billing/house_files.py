"""A folder of houses billed directly, and a file of acts about households, as CSV files (`docs/houses.md`)."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final, get_args

from sqlalchemy.orm import Session

from services.billing import dated_files, models
from services.billing.dated_files import (
    File,
    Files,
    above_zero,
    act,
    group,
    number,
    one_of,
    optional,
    period,
    yes,
)
from services.billing.domain.acts import Kind
from services.billing.repository import houses as table
from services.billing.repository.closing import last_closed
from services.common.accounts import parse_account

_day: Final = date.fromisoformat
HOUSES: Final[Files] = {
    "houses": File(
        models.House,
        {
            "house": act,
            "valid_from": _day,
            "direct": yes,
            "tariff_group": group,
            "area_m2": above_zero,
            "common_m2": number,
            "norm_kwh_m2": optional(number),
            "act": act,
        },
    ),
    "house_accounts": File(models.HouseAccount, {"account": parse_account, "house": act}),
    "house_months": File(
        models.HouseMonth,
        {"house": act, "period": period, "kwh": optional(number), "others_kwh": number, "source": act},
        aside=frozenset({"source"}),
    ),
}
ACTS: Final[Files] = {
    "acts": File(
        models.Act,
        {
            "account": parse_account,
            "kind": one_of("act", get_args(Kind)),
            "since": _day,
            "until": optional(_day),
            "charged_in": optional(period),
            "act": act,
        },
    )
}


def load_houses(session: Session, folder: Path) -> dict[str, int]:
    """Add what the folder tells; gives new rows by file. A month that is not closed yet may be told otherwise.

    Raises BadFiles with every fault.
    """
    rows = dated_files.read(folder, HOUSES)
    last = last_closed(session)
    told = rows["house_months"]
    houses = {row["house"] for row in rows["houses"]} | table.all_houses(session)
    unknown = table.unknown_accounts(session, [row["account"] for row in rows["house_accounts"]])
    dated_files.refuse(
        [
            *(
                f"house_accounts: there is no account {row['account']}"
                for row in rows["house_accounts"]
                if row["account"] in unknown
            ),
            *(
                f"{name}: house {row['house']} is not in houses.csv"
                for name in ("house_accounts", "house_months")
                for row in rows[name]
                if row["house"] not in houses
            ),
        ]
    )
    table.forget_months(session, [row for row in told if last is None or row["period"] > last])
    return dated_files.load(session, HOUSES, rows)


def load_acts(session: Session, folder: Path) -> dict[str, int]:
    """Add acts of `acts.csv`; gives new rows by file. Raises BadFiles with every fault."""
    rows = dated_files.read(folder, ACTS)
    last = last_closed(session)
    unknown = table.unknown_accounts(session, [row["account"] for row in rows["acts"]])
    known = table.known_acts(session, rows["acts"])
    dated_files.refuse(
        [
            f"acts: {row['account']}, {row['kind']} since {row['since']}: {fault}"
            for row in rows["acts"]
            if (fault := _fault(row, last, unknown, known))
        ]
    )
    return dated_files.load(session, ACTS, rows)


def _fault(row: Mapping[str, Any], last: date | None, unknown: set[str], known: set[Any]) -> str | None:
    if row["account"] in unknown:
        return "there is no such account"
    if row["until"] is not None and row["until"] < row["since"]:
        return "it ended before it began"
    if row["kind"] != "interference":
        return None if row["charged_in"] is None else "only an interference has charged_in"
    if row["until"] is None or row["charged_in"] is None:
        return "an interference has until (the day it was found) and charged_in"
    if row["charged_in"] < row["until"].replace(day=1):
        return "it is charged before it was found"
    late = last is not None and row["charged_in"] <= last
    return "its month is closed already" if late and _key(row) not in known else None


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["account"], row["kind"], row["since"]
