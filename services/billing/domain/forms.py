"""The same consumption priced by another tariff form: one, two or three zones (product H2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Final

from services.billing.domain.charge import fill_ranges, half_up
from services.billing.domain.tariffs import ZONES, MissingTariff, TariffBook, Zone
from services.common.period import Period

FORMS: Final = tuple(ZONES)


@dataclass(frozen=True, slots=True)
class Profile:
    """Shares of a day's consumption by the zones of the three-zone form; they add up to 1."""

    group: str
    valid_from: date
    day: Fraction
    night: Fraction
    half_peak: Fraction
    act: str
    demo: bool


@dataclass(frozen=True, slots=True)
class Month:
    """What a month used, kWh by zone of the form its meter had."""

    month: Period
    form: int
    kwh: Mapping[Zone, Fraction]


@dataclass(frozen=True, slots=True)
class Priced:
    """A year by one form: kopecks, kWh by zone, and whether the meter's own zones told the split."""

    form: int
    own: bool
    kwh: Mapping[Zone, Fraction]
    total: int


def priced(
    months: Sequence[Month], form: int, book: TariffBook, group: str, on: date, profile: Profile | None
) -> Priced | None:
    """The months at the prices of a day; None where the form has no price, or only a profile could split them."""
    total, sums, own = 0, dict.fromkeys(ZONES[form], Fraction(0)), True
    for month in months:
        kwh = split(month, form, profile)
        if kwh is None:
            return None
        own = own and _told(month.form, form)
        try:
            total += _cost(kwh, form, book, group, on)
        except MissingTariff:
            return None
        sums = {zone: sums[zone] + kwh[zone] for zone in sums}
    return Priced(form, own, sums, total)


def split(month: Month, form: int, profile: Profile | None) -> dict[Zone, Fraction] | None:
    """The month's kWh in the zones of another form. Night is the same hours in both forms that have it."""
    kwh = month.kwh
    if month.form == form:
        return dict(kwh)
    if form == 1:
        return {"single": sum(kwh.values(), Fraction(0))}
    if month.form == 3:
        return {"day": kwh["day"] + kwh["half_peak"], "night": kwh["night"]}
    if profile is None:
        return None
    if month.form == 2:
        by_day = kwh["day"] / (profile.day + profile.half_peak)
        return {
            "day": by_day * profile.day,
            "night": kwh["night"],
            "half_peak": by_day * profile.half_peak,
        }
    whole = kwh["single"]
    night = whole * profile.night
    if form == 2:
        return {"day": whole - night, "night": night}
    return {"day": whole * profile.day, "night": night, "half_peak": whole * profile.half_peak}


def _told(own: int, form: int) -> bool:
    """Whether a meter of `own` zones tells the split of another form."""
    return own >= form


def _cost(kwh: Mapping[Zone, Fraction], form: int, book: TariffBook, group: str, on: date) -> int:
    """As a month is charged: ranges filled by the whole, each zone in proportion, each line rounded."""
    month, whole = Period.of(on), sum(kwh.values(), Fraction(0))
    if not whole:
        return 0
    filled = fill_ranges(whole, book.thresholds(group, month))
    total = 0
    for number, part in enumerate(filled, 1):
        for zone, used in kwh.items():
            if part and used:
                volume = used * part / whole
                total += half_up(volume * Fraction(_price(book, group, form, zone, number, on)) * 100)
    return total


def _price(book: TariffBook, group: str, form: int, zone: Zone, number: int, on: date) -> Fraction:
    stretches = book.stretches(group, form, zone, number, Period.of(on))
    return next(Fraction(one.price.rub) for one in stretches if one.first <= on <= one.last)
