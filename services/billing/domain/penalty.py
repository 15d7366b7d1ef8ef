"""Penalty (пени) for late payment: Housing Code art. 155 p. 14, day by day (`domain.md` 4)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Final

from services.billing.domain.charge import half_up
from services.billing.domain.tariffs import MissingTariff

_FREE_DAYS: Final = 30
_LOW_DAYS: Final = 90
_LOW, _HIGH = Fraction(1, 300), Fraction(1, 130)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DatedRate:
    """Per cent a year from a day on; `percent` None lifts a cap."""

    valid_from: date
    percent: Decimal | None
    act: str


@dataclass(frozen=True, slots=True)
class Owed:
    """Kopecks of one bill that stayed unpaid on the days `first` through `last`, after its due date."""

    due_on: date
    first: date
    last: date
    kopecks: int


@dataclass(frozen=True, slots=True)
class PenaltyLine:
    """One working of the penalty: kopecks x per cent x part of it x days."""

    due_on: date
    first: date
    last: date
    kopecks: int
    percent: Decimal
    part: Fraction
    amount: int

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


class Rates:
    """The key rate of the Bank of Russia and the cap that the law puts on it."""

    def __init__(self, key: Iterable[DatedRate], cap: Iterable[DatedRate]) -> None:
        self._key = sorted(key, key=lambda rate: rate.valid_from)
        self._cap = sorted(cap, key=lambda rate: rate.valid_from)

    def on(self, day: date) -> Decimal:
        """Per cent a year on a day: the lower of rate and cap. Raises MissingTariff without a rate."""
        key, cap = _last(self._key, day), _last(self._cap, day)
        if key is None:
            raise MissingTariff(f"no key rate for {day}")
        return key if cap is None else min(key, cap)

    def changes(self, first: date, last: date) -> list[date]:
        """Days within, after the first, when the rate may differ from the day before."""
        days = {rate.valid_from for rate in (*self._key, *self._cap)}
        return sorted(day for day in days if first < day <= last)


def penalty(owed: Sequence[Owed], rates: Rates) -> list[PenaltyLine]:
    """The penalty of debts, a line for each stretch of one debt, one rate and one part of it.

    Nothing for 30 days after the due date, 1/300 of the rate a day through the 90th, 1/130 from the 91st.
    Each line is rounded half-up to kopecks; lines of nothing are left out.
    """
    return [line for debt in owed for line in _lines(debt, rates) if line.amount]


def _lines(debt: Owed, rates: Rates) -> Iterator[PenaltyLine]:
    first = max(debt.first, debt.due_on + (_FREE_DAYS + 1) * _DAY)
    if first > debt.last:
        return
    steep = debt.due_on + (_LOW_DAYS + 1) * _DAY
    starts = {first, *rates.changes(first, debt.last)}
    if first < steep <= debt.last:
        starts.add(steep)
    for start, end in pairwise([*sorted(starts), debt.last + _DAY]):
        part = _LOW if start < steep else _HIGH
        percent = rates.on(start)
        exact = debt.kopecks * Fraction(percent) / 100 * part * (end - start).days
        yield PenaltyLine(debt.due_on, start, end - _DAY, debt.kopecks, percent, part, half_up(exact))


def _last(rates: Sequence[DatedRate], day: date) -> Decimal | None:
    found = [rate for rate in rates if rate.valid_from <= day]
    return found[-1].percent if found else None
