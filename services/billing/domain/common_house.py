"""Common-house needs (ОДН) of houses that the retailer bills itself (`domain.md` 3.6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from services.billing.domain.charge import Line, Use, price_of_first_range
from services.billing.domain.estimates import EstimateRules
from services.billing.domain.tariffs import MissingTariff, TariffBook
from services.common.period import Period

Known = Literal["meter", "average", "norm"]


@dataclass(frozen=True, slots=True)
class House:
    """A house from a day on. `area_m2` is of all its premises, flats and others; `common_m2` of what all share.

    `direct` is False while its common needs are not ours to bill. `norm` is kWh a month for a m² of `common_m2`,
    None when no act sets one.
    """

    house: str
    valid_from: date
    direct: bool
    group: str
    area_m2: Decimal
    common_m2: Decimal
    norm: Decimal | None
    act: str


@dataclass(frozen=True, slots=True)
class HouseMonth:
    """What the house's own meter counted in a month, and of it premises that are no flats; kWh.

    `kwh` None: the meter told nothing.
    """

    month: Period
    kwh: Decimal | None
    others_kwh: Decimal


@dataclass(frozen=True, slots=True)
class CommonNeeds:
    """kWh that the whole house used in common. By a norm only `kwh` is known."""

    known: Known
    kwh: Fraction
    house_kwh: Fraction | None = None
    others_kwh: Fraction | None = None
    flats_kwh: Fraction | None = None


def in_force(rows: Sequence[House], month: Period) -> House | None:
    """The house as of the month's first day, when its common needs are ours to bill."""
    known = [row for row in rows if row.valid_from <= month.first_day]
    newest = max(known, key=lambda row: row.valid_from, default=None)
    return newest if newest and newest.direct else None


def common_needs(
    house: House, months: Sequence[HouseMonth], month: Period, flats_kwh: Fraction, rules: EstimateRules
) -> CommonNeeds:
    """V_house - other premises - flats (metered, averaged and by norm alike); never below zero.

    Without the house's meter its average stands for it, for `rules.periods` periods in a row, then the norm
    for common premises. `months` may hold any months. Raises MissingTariff without a norm.
    """
    told = {row.month: row for row in months}
    this = told.get(month)
    if this is not None and this.kwh is not None:
        return _by_volume("meter", Fraction(this.kwh), Fraction(this.others_kwh), flats_kwh)
    average = _average(told, month, rules)
    if average is not None:
        others = Fraction(this.others_kwh) if this is not None else average[1]
        return _by_volume("average", average[0], others, flats_kwh)
    if house.norm is None:
        raise MissingTariff(f"no norm of common needs of house {house.house} for {month}")
    return CommonNeeds("norm", Fraction(house.norm) * Fraction(house.common_m2))


def common_lines(
    book: TariffBook, house: House, month: Period, needs: CommonNeeds, area_m2: Decimal
) -> list[Line]:
    """A flat's part by its area, at the one-rate price of the first range: it fills no consumption range.

    Raises MissingTariff.
    """
    share = Fraction(area_m2) / Fraction(house.area_m2)
    use = Use("common_house", house.house, 1, (needs.kwh * share,), month.previous.last_day, month.last_day)
    return price_of_first_range(book, house.group, month, use)


def _by_volume(known: Known, house: Fraction, others: Fraction, flats: Fraction) -> CommonNeeds:
    return CommonNeeds(known, max(house - others - flats, Fraction(0)), house, others, flats)


def _average(
    told: dict[Period, HouseMonth], month: Period, rules: EstimateRules
) -> tuple[Fraction, Fraction] | None:
    """kWh a month of the house and of its other premises; None when its meter has been silent for too long."""
    read = sorted((row for row in told.values() if row.kwh is not None and row.month < month), key=_month)
    if len(read) < rules.least_months or _months_between(read[-1].month, month) > rules.periods:
        return None
    latest = read[-rules.months :]
    house = sum((Fraction(row.kwh) for row in latest if row.kwh is not None), Fraction(0))
    others = sum((Fraction(row.others_kwh) for row in latest), Fraction(0))
    return house / len(latest), others / len(latest)


def _month(row: HouseMonth) -> Period:
    return row.month


def _months_between(earlier: Period, later: Period) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month
