"""A household's charge a second time, from `domain.md` alone: day by day, sharing nothing with the rules under test.

Slow and plain on purpose. Volumes are exact fractions; a household keeps what it used on each day of each month.
"""

import calendar
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from math import lcm

ZONES = {1: ["single"], 2: ["day", "night"], 3: ["day", "night", "half_peak"]}
Month = tuple[int, int]


def days_of(month: Month) -> list[date]:
    return [date(*month, day) for day in range(1, calendar.monthrange(*month)[1] + 1)]


def next_month(month: Month) -> Month:
    return (month[0] + 1, 1) if month[1] == 12 else (month[0], month[1] + 1)


@dataclass
class Tariff:
    """`prices[form, zone, range]` are (day from which, roubles), oldest first; `bounds` end the ranges."""

    prices: dict[tuple[int, str, int], list[tuple[date, Fraction]]]
    bounds: list[int]
    norms: dict[int, Fraction]
    """kWh a month a person by at least so many people."""

    def price(self, form: int, zone: str, number: int, day: date) -> tuple[date, Fraction]:
        """The last price that began by the day, with its first day."""
        found = None
        for since, roubles in self.prices[form, zone, number]:
            if since <= day:
                found = since, roubles
        assert found is not None
        return found

    def norm(self, people: int) -> Fraction:
        people = max(people, 1)
        return self.norms[max(least for least in self.norms if least <= people)] * people


@dataclass
class Reading:
    """A meter between two readings: used evenly on the days after `after` through `until`."""

    serial: str
    digits: int
    before: list[int]
    now: list[int]
    after: date
    until: date

    def used(self) -> list[int]:
        """kWh by zone; after its last number a meter goes on from zero."""
        used = []
        for before, now in zip(self.before, self.now, strict=True):
            used.append(now - before if now >= before else 10**self.digits - before + now)
        return used


@dataclass
class Told:
    """What is known when a month is closed: `readings` (none: an estimate), the situation, the months read before."""

    readings: list[Reading]
    situation: str
    past: list[tuple[Month, int, list[Fraction]]] = field(default_factory=list)
    """(month, form, kWh by zone) of months read, newest first."""


Energy = dict[date, dict[tuple[str, int, str], Fraction]]
"""kWh of each day by (what said so, form, zone)."""


class Household:
    """Months closed one after another; each keeps the energy of its days and the kopecks asked for it."""

    def __init__(self, tariff: Tariff, people: int) -> None:
        self.tariff, self.people = tariff, people
        self.energy: dict[Month, Energy] = {}
        self.estimated: dict[Month, bool] = {}
        self.money: dict[Month, int] = {}
        self.silent = 0

    def close(self, month: Month, told: Told) -> tuple[int, int]:
        """(kopecks of the month, kopecks that recalculating earlier months adds)."""
        if not told.readings:
            self._estimate(month, told)
            return self.money[month], 0
        before = dict(self.money)
        self.energy[month], self.estimated[month] = {}, False
        for reading in told.readings:
            self._spread(reading)
        for known in self.energy:
            self.money[known] = self._priced(known)
        self.silent = 0
        return self.money[month], sum(self.money[known] - before[known] for known in before)

    def _spread(self, reading: Reading) -> None:
        length, form = (reading.until - reading.after).days, len(reading.now)
        share = [Fraction(kwh, length) for kwh in reading.used()]
        keys = [(reading.serial, form, zone) for zone in ZONES[form]]
        for number in range(1, length + 1):
            day = reading.after + timedelta(days=number)
            month = (day.year, day.month)
            if self.estimated[month]:
                self.energy[month], self.estimated[month] = {}, False
            assert day not in self.energy[month]
            self.energy[month][day] = dict(zip(keys, share, strict=True))

    def _estimate(self, month: Month, told: Told) -> None:
        form, volumes = 1, {"norm": [self.tariff.norm(self.people)]}
        average = self._average(told)
        lasts = told.situation == "supplier_meter"
        short = told.situation in ("no_reading", "faulty", "no_access") and self.silent < 3
        if average is not None and (lasts or short):
            form, volumes = average[0], {"average": average[1]}
        elif told.situation in ("faulty", "no_access", "no_meter_possible"):
            volumes["norm_factor"] = [self.tariff.norm(self.people) / 2]
        days = days_of(month)
        self.energy[month] = {
            day: {
                (why, form, zone): kwh / len(days)
                for why, by_zone in volumes.items()
                for zone, kwh in zip(ZONES[form], by_zone, strict=True)
            }
            for day in days
        }
        self.estimated[month] = True
        self.money[month] = self._priced(month)
        if told.situation not in ("no_meter", "no_meter_possible"):
            self.silent += 1

    def _average(self, told: Told) -> tuple[int, list[Fraction]] | None:
        if not told.past:
            return None
        form = told.past[0][1]
        same = [kwh for _, of, kwh in told.past if of == form][:6]
        if len(same) < 3:
            return None
        return form, [sum(zone) / len(same) for zone in zip(*same, strict=True)]

    def _priced(self, month: Month) -> int:
        """A line for each origin, zone, range and stretch of one price; each rounded half-up."""
        of_month = self.energy[month]
        total = added([kwh for of_day in of_month.values() for kwh in of_day.values()])
        parts = [(number, part / total) for number, part in enumerate(self._ranges(total), 1) if part]
        lines: dict[tuple[tuple[str, int, str], int, date], list[Fraction]] = {}
        prices: dict[tuple[tuple[str, int, str], int, date], Fraction] = {}
        for day, of_day in of_month.items():
            for key, kwh in of_day.items():
                for number, _ in parts:
                    since, price = self.tariff.price(key[1], key[2], number, day)
                    line = key, number, since
                    lines.setdefault(line, []).append(kwh)
                    prices[line] = price
        part_of = dict(parts)
        return sum(
            half_up(added(volumes) * part_of[line[1]] * prices[line] * 100) for line, volumes in lines.items()
        )

    def _ranges(self, total: Fraction) -> list[Fraction]:
        parts, below = [], Fraction(0)
        for bound in self.tariff.bounds:
            parts.append(max(Fraction(0), min(total, Fraction(bound)) - below))
            below = Fraction(bound)
        return [*parts, max(Fraction(0), total - below)]


def added(volumes: list[Fraction]) -> Fraction:
    """Their sum, over one denominator: much quicker than one after another."""
    common = lcm(*(volume.denominator for volume in volumes))
    return Fraction(sum(volume.numerator * (common // volume.denominator) for volume in volumes), common)


def half_up(exact: Fraction) -> int:
    whole, rest = divmod(exact.numerator, exact.denominator)
    return whole + (2 * rest >= exact.denominator)


def common_house(
    house: int, others: int, flats: Fraction, area: int, all_area: int, price_by_day: list[Fraction]
) -> list[int]:
    """Kopecks of a flat's part, a line for each stretch of one price."""
    volume = max(Fraction(house) - others - flats, Fraction(0)) * area / all_area
    days: dict[Fraction, int] = {}
    for price in price_by_day:
        days[price] = days.get(price, 0) + 1
    if not volume:
        return []
    return [half_up(volume * number / len(price_by_day) * price * 100) for price, number in days.items()]
