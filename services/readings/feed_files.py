"""Files of automatic meters, read as they stream: hours in Wh, and the readings they take themselves."""

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.common.clock import moscow_date
from services.readings.domain import feed
from services.readings.handlers.automatic import Stand, keep_stands
from services.readings.repository import feed as repository

HOURS: Final = ["account", "serial", "start", "wh"]
STANDS: Final = ["account", "serial", "taken_on", "values"]
_AT_ONCE: Final = 5000
Sessions = Callable[[], AbstractContextManager[Session]]
Line = tuple[int, list[str]]


class BadFile(ValueError):
    """Not a file of this kind at all: nothing was loaded."""


@dataclass(frozen=True)
class Bad:
    """A line that was left out, and why."""

    line: int
    reason: str


@dataclass
class Loaded:
    """What came of a file. `changed`: days or readings that are new or other than before."""

    lines: int = 0
    changed: int = 0
    bad: int = 0


def load_hours(file: Path, sessions: Sessions, reject: Callable[[Bad], None]) -> Loaded:
    """Load hourly values; the same file again changes nothing. Raises BadFile."""
    return _load(file, HOURS, sessions, reject, _hours)


def load_stands(file: Path, sessions: Sessions, reject: Callable[[Bad], None], now: datetime) -> Loaded:
    """Load readings of meters at the end of a day; the same file again changes nothing. Raises BadFile."""

    def stands(session: Session, lines: Sequence[Line], reject: Callable[[Bad], None]) -> int:
        return _stands(session, lines, reject, moscow_date(now))

    return _load(file, STANDS, sessions, reject, stands)


def _load(
    file: Path,
    header: list[str],
    sessions: Sessions,
    reject: Callable[[Bad], None],
    keep: Callable[[Session, Sequence[Line], Callable[[Bad], None]], int],
) -> Loaded:
    """Some thousand lines a transaction, so that neither memory nor locks grow with the file."""
    loaded = Loaded()

    def refuse(bad: Bad) -> None:
        loaded.bad += 1
        reject(bad)

    with file.open(encoding="utf-8", errors="replace", newline="") as text:
        rows = csv.reader(text)
        if next(rows, None) != header:
            raise BadFile(f"The first line must be {','.join(header)}")
        lines = _shaped(((rows.line_num, row) for row in rows), len(header), refuse)
        while some := list(islice(lines, _AT_ONCE)):
            with sessions() as session:
                loaded.changed += keep(session, some, refuse)
        loaded.lines = max(rows.line_num - 1, 0)
    return loaded


def _shaped(lines: Iterator[Line], columns: int, refuse: Callable[[Bad], None]) -> Iterator[Line]:
    for number, row in lines:
        if len(row) != columns:
            refuse(Bad(number, f"{len(row)} columns instead of {columns}"))
        elif any("\0" in cell for cell in row):
            refuse(Bad(number, "a character that no text has"))
        else:
            yield number, row


def _hours(session: Session, lines: Sequence[Line], refuse: Callable[[Bad], None]) -> int:
    meters = repository.automatic_meters(session, list({(row[0], row[1]) for _, row in lines}))
    days: dict[tuple[UUID, date], list[int | None]] = {}
    for number, (account, serial, start, wh) in lines:
        meter = meters.get((account, serial))
        if meter is None:
            refuse(Bad(number, f"account {account} has no automatic meter {serial}"))
            continue
        try:
            place, energy = feed.slot(start), feed.energy(wh)
        except feed.BadHour as error:
            refuse(Bad(number, str(error)))
            continue
        day = days.setdefault((meter.id, place.day), [None] * feed.hours_of(place.day))
        day[place.hour] = energy
    rows = [{"meter_id": meter, "day": day, "wh": wh} for (meter, day), wh in sorted(days.items())]
    return repository.keep(session, rows) if rows else 0


def _stands(session: Session, lines: Sequence[Line], refuse: Callable[[Bad], None], today: date) -> int:
    meters = repository.automatic_meters(session, list({(row[0], row[1]) for _, row in lines}), hold=True)
    stands: list[Stand] = []
    for number, (account, serial, taken_on, values) in lines:
        meter = meters.get((account, serial))
        try:
            if meter is None:
                raise ValueError(f"account {account} has no automatic meter {serial}")
            stands.append(Stand(meter, _past_day(taken_on, today), _values(values, meter)))
        except ValueError as error:
            refuse(Bad(number, str(error)))
    return keep_stands(session, stands)


def _past_day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError("the day is not YYYY-MM-DD") from None
    if day >= today:
        raise ValueError("the day is not over yet")
    return day


def _values(text: str, meter: repository.Automatic) -> list[int]:
    parts = text.split(" ")
    if len(parts) != meter.zones:
        raise ValueError(f"the meter has {meter.zones} zones")
    if not all(part.isascii() and part.isdigit() and len(part) <= meter.digits for part in parts):
        raise ValueError(f"the readings are not whole kWh of up to {meter.digits} digits")
    return [int(part) for part in parts]
