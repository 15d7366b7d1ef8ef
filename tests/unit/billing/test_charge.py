"""The charge of a month: vectors of `domain.md` 12, and what holds for every household."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.charge import Line, Use, charge_month, half_up
from services.billing.domain.tariffs import ZONES, MissingTariff, Price, TariffBook, Thresholds
from services.common.period import Period

OCTOBER = Period(2026, 10)
START = date(2025, 1, 1)
UPPER = (3900, 6000)


def price(rub: str, form: int = 1, zone: str = "single", range_: int = 1, since: date = START) -> Price:
    return Price("demo", form, zone, range_, since, Decimal(rub), "demo act")  # type: ignore[arg-type]


def book(*extra: Price) -> TariffBook:
    """Prices 1, 2, 3 by range; each zone a tenth dearer than the one before."""
    prices = [
        price(str(Decimal(range_) + Decimal(at) / 10), form, zone, range_)
        for form, zones in ZONES.items()
        for at, zone in enumerate(zones)
        for range_ in (1, 2, 3)
    ]
    return TariffBook([*prices, *extra], [Thresholds("demo", START, UPPER, "demo act")])


def used(*kwh: int, month: Period = OCTOBER) -> Use:
    volumes = tuple(Fraction(one) for one in kwh)
    return Use("meter", "N 1", len(kwh), volumes, month.previous.last_day, month.last_day)


def total(lines: list[Line]) -> int:
    return sum(line.amount for line in lines)


def test_ranges_split_the_volume() -> None:
    lines = charge_month(book(), "demo", OCTOBER, [used(7000)])
    assert [(line.range, line.volume, line.amount) for line in lines] == [
        (1, 3900, 3900_00),
        (2, 2100, 4200_00),
        (3, 1000, 3000_00),
    ]
    assert total(lines) == 11100_00


def test_zones_share_the_ranges_in_proportion() -> None:
    lines = charge_month(book(), "demo", OCTOBER, [used(5000, 2800)])
    day = [line.volume for line in lines if line.zone == "day"]
    assert day == [Fraction(3900 * 5000, 7800), Fraction(2100 * 5000, 7800), Fraction(1800 * 5000, 7800)]


def test_a_price_change_inside_the_month_splits_by_days() -> None:
    changed = book(price("9", since=date(2026, 10, 11)))
    lines = charge_month(changed, "demo", OCTOBER, [used(310)])
    assert [(line.first.day, line.last.day, line.volume, line.price.rub) for line in lines] == [
        (1, 10, 100, 1),
        (11, 31, 210, 9),
    ]


def test_a_replaced_meter_makes_two_uses_of_one_month() -> None:
    old = Use("meter", "old", 1, (Fraction(3000),), date(2026, 9, 30), date(2026, 10, 10))
    new = Use("meter", "new", 1, (Fraction(1900),), date(2026, 10, 10), date(2026, 10, 31))
    lines = charge_month(book(), "demo", OCTOBER, [old, new])
    assert sum(line.volume for line in lines if line.range == 1) == 3900
    assert {line.source for line in lines if line.range == 2} == {"old", "new"}


def test_a_day_without_a_price_is_told_not_guessed() -> None:
    late = TariffBook([price("1", since=date(2026, 10, 2))], [Thresholds("demo", START, (), "demo act")])
    with pytest.raises(MissingTariff, match="no price of demo, form 1, single, range 1 for 2026-10"):
        charge_month(late, "demo", OCTOBER, [used(10)])
    none = TariffBook([], [Thresholds("demo", START, (), "demo act")])
    with pytest.raises(MissingTariff, match="no price of demo, form 1, single, range 1 for 2026-10"):
        charge_month(none, "demo", OCTOBER, [used(10)])
    unsaid = TariffBook([price("1")], [])
    with pytest.raises(MissingTariff, match="no thresholds of demo for 2026-10"):
        charge_month(unsaid, "demo", OCTOBER, [used(10)])


def test_half_a_kopeck_goes_up() -> None:
    assert [half_up(Fraction(n, 2)) for n in (1, 2, 3, -1)] == [1, 1, 2, -1]


volumes = st.lists(st.integers(0, 20_000), min_size=1, max_size=3)


@given(volumes, st.integers(2, 28))
def test_lines_add_up_to_the_volume_and_are_off_by_half_a_kopeck_at_most(kwh: list[int], day: int) -> None:
    changed = book(price("4.57", since=date(2026, 10, day)))
    lines = charge_month(changed, "demo", OCTOBER, [used(*kwh)])
    assert sum(line.volume for line in lines) == sum(kwh)
    assert all(abs(line.exact - line.amount) <= Fraction(1, 2) for line in lines)


@given(volumes, st.integers(1, 5000), st.integers(0, 2))
def test_more_never_costs_less(kwh: list[int], more: int, zone: int) -> None:
    greater = list(kwh)
    greater[zone % len(kwh)] += more
    less, dear = (
        sum((line.exact for line in charge_month(book(), "demo", OCTOBER, [used(*values)])), Fraction(0))
        for values in (kwh, greater)
    )
    assert less <= dear
