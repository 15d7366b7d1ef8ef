"""The month's charge: from what was consumed to lines of money, each with its reason (`domain.md` 3.1-3.5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from services.billing.domain.tariffs import ZONES, Price, TariffBook, Zone
from services.common.period import Period

Basis = Literal["meter", "average", "norm", "norm_factor", "interference", "common_house"]
"""Where a volume comes from. `norm_factor` is the part by which a factor above 1 raises the norm; `interference`
is charged by an act; `common_house` is a flat's part of what its house used in common."""


@dataclass(frozen=True, slots=True)
class Use:
    """Energy used evenly in the days after `after` through `until`: kWh by zone of the form.

    One meter between two readings, or an estimate of a month. `source` names it (a meter's serial, a rule),
    so that each line can be traced back.
    """

    basis: Basis
    source: str
    form: int
    kwh: tuple[Fraction, ...]
    after: date
    until: date

    def __post_init__(self) -> None:
        if len(self.kwh) != len(ZONES[self.form]):
            raise ValueError(f"{len(self.kwh)} volumes for form {self.form}")
        if self.until <= self.after:
            raise ValueError("a use takes at least a day")
        if min(self.kwh) < 0:
            raise ValueError("nobody uses less than nothing")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the bill: `volume` kWh exactly, times the price, rounded half-up to kopecks."""

    month: Period
    basis: Basis
    source: str
    zone: Zone
    range: int
    first: date
    last: date
    volume: Fraction
    price: Price
    amount: int

    @property
    def exact(self) -> Fraction:
        """The amount in kopecks before rounding."""
        return self.volume * Fraction(self.price.rub) * 100


def months_of(uses: Sequence[Use]) -> list[Period]:
    """The months in which the uses lie, in order."""
    if not uses:
        return []
    month = Period.of(min(_first_day(use) for use in uses))
    last = Period.of(max(use.until for use in uses))
    months = [month]
    while months[-1] < last:
        months.append(months[-1].next)
    return months


def charge_month(book: TariffBook, group: str, month: Period, uses: Sequence[Use]) -> list[Line]:
    """Lines for what of the uses falls into the month; lines of nothing are left out.

    A use is spread evenly over its days; the month's volume fills the consumption ranges; each zone of each
    use takes of a range in proportion to its share of the month's volume; a price change splits by days.
    Raises MissingTariff.
    """
    parts = [(use, zone, kwh) for use in uses for zone, kwh in _in_month(use, month)]
    total = sum((kwh for _, _, kwh in parts), Fraction(0))
    if not total:
        return []
    shares = [filled / total for filled in fill_ranges(total, book.thresholds(group, month))]
    lines: list[Line] = []
    for use, zone, kwh in parts:
        for number, share in enumerate(shares, 1):
            if share and kwh:
                lines += _lines(book, group, month, use, zone, number, kwh * share)
    return lines


def price_of_first_range(book: TariffBook, group: str, month: Period, use: Use) -> list[Line]:
    """Lines for a one-zone use of the month that fills no consumption range. Raises MissingTariff."""
    (volume,) = use.kwh
    return _lines(book, group, month, use, "single", 1, volume)


def fill_ranges(total: Fraction, upper: Sequence[int]) -> list[Fraction]:
    """kWh in each consumption range; the last has no end."""
    bounds = [Fraction(0), *map(Fraction, upper)]
    filled = [max(min(total, end) - start, Fraction(0)) for start, end in pairwise(bounds)]
    return [*filled, max(total - bounds[-1], Fraction(0))]


def half_up(exact: Fraction) -> int:
    """To whole kopecks, half away from zero."""
    rounded = (abs(exact) * 2 + 1) // 2
    return int(rounded if exact >= 0 else -rounded)


def _lines(
    book: TariffBook, group: str, month: Period, use: Use, zone: Zone, number: int, volume: Fraction
) -> list[Line]:
    first, last = _overlap(use, month)
    days = (last - first).days + 1
    lines = []
    for stretch in book.stretches(group, use.form, zone, number, month):
        start, end = max(first, stretch.first), min(last, stretch.last)
        part = volume * max((end - start).days + 1, 0) / days
        if part:
            amount = half_up(part * Fraction(stretch.price.rub) * 100)
            lines.append(
                Line(
                    month,
                    use.basis,
                    use.source,
                    zone,
                    number,
                    start,
                    end,
                    part,
                    stretch.price,
                    amount,
                )
            )
    return lines


def _in_month(use: Use, month: Period) -> list[tuple[Zone, Fraction]]:
    first, last = _overlap(use, month)
    share = Fraction(max((last - first).days + 1, 0), (use.until - use.after).days)
    return [(zone, kwh * share) for zone, kwh in zip(ZONES[use.form], use.kwh, strict=True)] if share else []


def _overlap(use: Use, month: Period) -> tuple[date, date]:
    return max(_first_day(use), month.first_day), min(use.until, month.last_day)


def _first_day(use: Use) -> date:
    return date.fromordinal(use.after.toordinal() + 1)
