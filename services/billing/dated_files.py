"""Folders of data with dates as CSV files: read and checked whole, then added to; numbers never change, words may."""

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from services.billing.models import Base
from services.billing.repository import dated
from services.common.period import Period

GROUPS: Final = ("urban_gas", "urban_electric", "rural")
Row = dict[str, Any]
Reader = Callable[[str], Any]


@dataclass(frozen=True)
class File:
    """A CSV file of a folder: its table, its columns in order, and how a value is read (ValueError says why not).

    `aside` are columns that may be told otherwise: nothing is computed from them. `fault` says what is wrong with a
    whole row.
    """

    table: type[Base]
    columns: Mapping[str, Reader]
    aside: frozenset[str] = frozenset({"act", "demo"})
    fault: Callable[[Row], str | None] = lambda row: None

    @property
    def key(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.table.__table__.primary_key)


Files = Mapping[str, File]
"""A folder's files by name, without `.csv`."""


class BadFiles(ValueError):
    """The folder cannot be loaded; the text lists every bad line as `file:line: reason`."""


def number(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text!r} is no number") from None
    if not found.is_finite() or found < 0:
        raise ValueError(f"{text!r} is no number of ours")
    return found


def above_zero(text: str) -> Decimal:
    if not (found := number(text)):
        raise ValueError("it is zero")
    return found


def optional(reader: Reader) -> Reader:
    return lambda text: reader(text) if text else None


def one_of(what: str, known: Sequence[str]) -> Reader:
    def read_one(text: str) -> str:
        if text not in known:
            raise ValueError(f"{text!r} is no {what}: {', '.join(known)}")
        return text

    return read_one


group: Final = one_of("group", GROUPS)


def yes(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError("it is `yes` or `no`")
    return text == "yes"


def act(text: str) -> str:
    if not text.strip():
        raise ValueError("name the act or source")
    return text.strip()


def period(text: str) -> date:
    """A month `YYYY-MM` as its first day."""
    return Period.parse(text).first_day


def read(folder: Path, files: Files) -> dict[str, list[Row]]:
    """Every file of the folder. Raises BadFiles with every fault at once."""
    faults: list[str] = []
    found = {name: _read_file(folder / f"{name}.csv", file, faults) for name, file in files.items()}
    refuse(faults)
    return found


def refuse(faults: Sequence[str]) -> None:
    """Raises BadFiles if there is any fault."""
    if faults:
        raise BadFiles("\n".join(faults))


def load(session: Session, files: Files, rows: Mapping[str, list[Row]]) -> dict[str, int]:
    """Add what is new; gives how many rows were, by file. A number that is there never changes: a bill may rest
    on it. Other words for it are taken over. Raises BadFiles when the folder says another number than the table.
    """
    both = {name: _both(session, file, rows[name]) for name, file in files.items()}
    faults = [
        f"{name}: {_of(file.key, row)} is {_told(file, kept)}, the file says otherwise; "
        "a new number needs a new date"
        for name, file in files.items()
        for kept, row in both[name]
        if any(getattr(kept, column) != row[column] for column in row if column not in file.aside)
    ]
    refuse(faults)
    for name, file in files.items():
        for kept, row in both[name]:
            for column in file.aside & row.keys():
                setattr(kept, column, row[column])
    return {name: dated.add(session, file.table, rows[name]) for name, file in files.items()}


def _both(session: Session, file: File, given: list[Row]) -> list[tuple[Any, Row]]:
    kept = {_of(file.key, vars(row)): row for row in dated.all_rows(session, file.table)}
    return [(kept[_of(file.key, row)], row) for row in given if _of(file.key, row) in kept]


def _of(key: Sequence[str], row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[column] for column in key)


def _told(file: File, kept: Any) -> str:
    shown = [column for column in file.columns if column not in {*file.key, *file.aside}]
    return ", ".join(str(getattr(kept, column)) for column in shown)


def _read_file(path: Path, file: File, faults: list[str]) -> list[Row]:
    try:
        with path.open(encoding="utf-8", newline="") as opened:
            lines = csv.DictReader(opened)
            if list(lines.fieldnames or ()) != list(file.columns):
                faults.append(f"{path.name}:1: the columns are {','.join(file.columns)}")
                return []
            return [
                row for line in lines if (row := _row(f"{path.name}:{lines.line_num}", line, file, faults))
            ]
    except OSError as error:
        faults.append(f"{path.name}: {error.strerror}")
        return []


def _row(place: str, line: Mapping[str, str], file: File, faults: list[str]) -> Row | None:
    row: Row = {}
    for column, reader in file.columns.items():
        try:
            row[column] = reader(line[column] or "")
        except ValueError as error:
            faults.append(f"{place}: {column}: {error}")
    if len(row) < len(file.columns):
        return None
    if fault := file.fault(row):
        faults.append(f"{place}: {fault}")
    return row
