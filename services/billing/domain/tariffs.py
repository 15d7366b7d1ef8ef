"""Tariffs as data with dates: what a kWh costs whom, when, and by which act (`domain.md` 3.3)."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal

from services.common.period import Period

Zone = Literal["single", "day", "night", "half_peak"]
ZONES: Final[dict[int, tuple[Zone, ...]]] = {
    1: ("single",),
    2: ("day", "night"),
    3: ("day", "night", "half_peak"),
}
"""Zones by tariff form; the three-zone `day` is the peak."""
_FOREVER = date.max


class Unchargeable(ValueError):
    """This household cannot be charged rightly; the text says why, for staff."""


class MissingTariff(Unchargeable):
    """The book has no number for this; the text says which."""


@dataclass(frozen=True, slots=True)
class Price:
    """Roubles a kWh, VAT included, from a day on. `demo` marks a number that no source is known for."""

    group: str
    form: int
    zone: Zone
    range: int
    """1 is the first consumption range, always there."""
    valid_from: date
    rub: Decimal
    act: str
    demo: bool = False


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a group's consumption ranges end, kWh a month: () when ranges are not applied to it."""

    group: str
    valid_from: date
    upper: tuple[int, ...]
    act: str
    demo: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days of a month (both ends included) with one price."""

    first: date
    last: date
    price: Price

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


class TariffBook:
    """Every dated price and threshold, made once a run; look-ups remember their answers."""

    def __init__(self, prices: Iterable[Price], thresholds: Iterable[Thresholds]) -> None:
        self._prices: dict[tuple[str, int, str, int], list[Price]] = defaultdict(list)
        for price in sorted(prices, key=lambda p: p.valid_from):
            self._prices[price.group, price.form, price.zone, price.range].append(price)
        self._thresholds: dict[str, list[Thresholds]] = defaultdict(list)
        for row in sorted(thresholds, key=lambda t: t.valid_from):
            self._thresholds[row.group].append(row)
        self._stretches: dict[tuple[str, int, Zone, int, Period], tuple[Stretch, ...]] = {}

    def stretches(self, group: str, form: int, zone: Zone, range_: int, month: Period) -> tuple[Stretch, ...]:
        """The month cut at every day its price changes. Raises MissingTariff when a day has no price."""
        key = (group, form, zone, range_, month)
        if key not in self._stretches:
            self._stretches[key] = self._cut(*key)
        return self._stretches[key]

    def thresholds(self, group: str, month: Period) -> tuple[int, ...]:
        """Upper ends of all ranges but the last, kWh a month, as of the month's first day.

        Raises MissingTariff when nobody has said whether ranges are applied to the group.
        """
        rows = self._thresholds.get(group, [])
        at = bisect_right([row.valid_from for row in rows], month.first_day)
        if not at:
            raise MissingTariff(f"no thresholds of {group} for {month}")
        return rows[at - 1].upper

    def _cut(self, group: str, form: int, zone: Zone, range_: int, month: Period) -> tuple[Stretch, ...]:
        prices = self._prices.get((group, form, zone, range_), [])
        ends = [*(price.valid_from for price in prices[1:]), _FOREVER] if prices else []
        found = [
            Stretch(
                max(price.valid_from, month.first_day), min(end - timedelta(days=1), month.last_day), price
            )
            for price, end in zip(prices, ends, strict=True)
            if price.valid_from <= month.last_day and end > month.first_day
        ]
        if not found or found[0].first > month.first_day:
            raise MissingTariff(f"no price of {group}, form {form}, {zone}, range {range_} for {month}")
        return tuple(found)
