"""A folder of tariffs, read and checked whole: prices, norms, rates, due days and the rest as CSV files."""

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from services.billing.domain.tariffs import ZONES
from services.billing.repository import tariffs as tables

GROUPS: Final = ("urban_gas", "urban_electric", "rural")
Row = dict[str, Any]
Reader = Callable[[str], Any]


class BadTariffs(ValueError):
    """The folder cannot be loaded; the text lists every bad line as `file:line: reason`."""


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text!r} is no number") from None
    if not number.is_finite() or number < 0:
        raise ValueError(f"{text!r} is no number of ours")
    return number


def _group(text: str) -> str:
    if text not in GROUPS:
        raise ValueError(f"{text!r} is no group; groups: {', '.join(GROUPS)}")
    return text


def _zone(text: str) -> str:
    if text not in {zone for zones in ZONES.values() for zone in zones}:
        raise ValueError(f"{text!r} is no zone")
    return text


def _kind(text: str) -> str:
    if text not in ("key", "cap", "vat"):
        raise ValueError(f"{text!r} is no rate; rates: key, cap, vat")
    return text


def _yes(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError("demo is `yes` or `no`")
    return text == "yes"


def _act(text: str) -> str:
    if not text.strip():
        raise ValueError("name the act or source")
    return text.strip()


def _upper(text: str) -> list[int]:
    upper = [int(part) for part in text.split()]
    if upper != sorted(set(upper)):
        raise ValueError("thresholds grow")
    return upper


_SOURCE: dict[str, Reader] = {"act": _act, "demo": _yes}
FILES: Final[Mapping[str, Mapping[str, Reader]]] = {
    "prices": {
        "tariff_group": _group,
        "form": int,
        "zone": _zone,
        "range": int,
        "valid_from": date.fromisoformat,
        "rub": _number,
        **_SOURCE,
    },
    "thresholds": {"tariff_group": _group, "valid_from": date.fromisoformat, "upper": _upper, **_SOURCE},
    "norms": {
        "tariff_group": _group,
        "residents": int,
        "valid_from": date.fromisoformat,
        "kwh": _number,
        **_SOURCE,
    },
    "rates": {
        "kind": _kind,
        "valid_from": date.fromisoformat,
        "percent": lambda text: _number(text) if text else None,
        **_SOURCE,
    },
    "due_days": {"since": date.fromisoformat, "day": int, **_SOURCE},
    "profiles": {
        "tariff_group": _group,
        "valid_from": date.fromisoformat,
        "day": _number,
        "night": _number,
        "half_peak": _number,
        **_SOURCE,
    },
}
"""File (without .csv) -> its columns, and how a value is read."""


@dataclass(frozen=True)
class Loaded:
    """What came of a load: rows that were new, by file, and how many of all are marked as demo."""

    new: Mapping[str, int]
    demo: int


def read(folder: Path) -> dict[str, list[Row]]:
    """Every file of the folder. Raises BadTariffs with every fault at once."""
    faults: list[str] = []
    found = {name: _read_file(folder / f"{name}.csv", columns, faults) for name, columns in FILES.items()}
    if faults:
        raise BadTariffs("\n".join(faults))
    return found


def load(session: Session, rows: Mapping[str, list[Row]]) -> Loaded:
    """Add what is new. A number that is already there never changes: a bill may rest on it.

    Raises BadTariffs when the folder says something else than the table: a new price has a new date.
    """
    faults = [
        f"{name}: {_key(name, row)} is {_told(name, kept)}, the file says otherwise; a new number needs a new date"
        for name, given in rows.items()
        for kept, row in _both(session, name, given)
        if any(getattr(kept, column) != row[column] for column in row if column not in ("act", "demo"))
    ]
    if faults:
        raise BadTariffs("\n".join(faults))
    new = {name: tables.add(session, name, given) for name, given in rows.items()}
    return Loaded(new, sum(row["demo"] for given in rows.values() for row in given))


def _both(session: Session, name: str, given: list[Row]) -> list[tuple[Any, Row]]:
    kept = {_key(name, vars(row)): row for row in tables.all_rows(session, name)}
    return [(kept[_key(name, row)], row) for row in given if _key(name, row) in kept]


def _key(name: str, row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in tables.TABLES[name].__table__.primary_key)


def _told(name: str, kept: Any) -> str:
    key = {column.name for column in tables.TABLES[name].__table__.primary_key}
    return ", ".join(
        str(getattr(kept, column)) for column in FILES[name] if column not in key | {"act", "demo"}
    )


def _read_file(path: Path, columns: Mapping[str, Reader], faults: list[str]) -> list[Row]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = csv.DictReader(file)
            if list(lines.fieldnames or ()) != list(columns):
                faults.append(f"{path.name}:1: the columns are {','.join(columns)}")
                return []
            return [row for line in lines if (row := _row(path.name, lines.line_num, line, columns, faults))]
    except OSError as error:
        faults.append(f"{path.name}: {error.strerror}")
        return []


def _row(
    file: str, number: int, line: Mapping[str, str], columns: Mapping[str, Reader], faults: list[str]
) -> Row | None:
    row: Row = {}
    for column, reader in columns.items():
        try:
            row[column] = reader(line[column] or "")
        except ValueError as error:
            faults.append(f"{file}:{number}: {column}: {error}")
    if (
        len(row) == len(columns)
        and file == "profiles.csv"
        and row["day"] + row["night"] + row["half_peak"] != 1
    ):
        faults.append(f"{file}:{number}: the shares of a profile add up to 1")
    return row if len(row) == len(columns) else None
