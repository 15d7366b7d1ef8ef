"""Whether a meter may be replaced as told: what the old one showed at last, and what the new one begins with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.common.clock import moscow_date
from services.readings.domain.rules import Limits, Scale, Taken, follows


@dataclass(frozen=True)
class Old:
    """The meter that is taken away, with its readings, newest first."""

    zones: int
    digits: int
    state: str
    installed_on: date
    known: Sequence[Taken]


@dataclass(frozen=True)
class New:
    """The meter that is put up, and what it shows."""

    serial: str
    model: str
    zones: int
    digits: int
    kind: str
    verification_due: date | None
    values: Sequence[int]


def objection(old: Old, final: Taken | None, new: New, on: date, today: date, limits: Limits) -> str | None:
    """Why the replacement cannot be kept, for staff; None when it can."""
    if on > today:
        return "the day is not there yet"
    if on < old.installed_on:
        return "the old meter was put up later"
    if len(new.values) != new.zones or not _fits(new.values, new.digits):
        return "the new meter cannot show these values"
    if final is None:
        return None if old.state == "faulty" else "what did the old meter show at last?"
    if len(final.values) != old.zones or not _fits(final.values, old.digits):
        return "the old meter cannot show these values"
    if any(moscow_date(taken.taken_at) > on for taken in old.known if taken.source != "opening"):
        return "the old meter was read after that day"
    if old.known and not follows(Scale(old.digits), old.known, final, limits):
        return "the old meter showed more before"
    return None


def _fits(values: Sequence[int], digits: int) -> bool:
    return all(0 <= value < 10**digits for value in values)
