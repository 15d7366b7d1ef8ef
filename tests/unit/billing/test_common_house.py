"""Common-house needs: the vector of `domain.md` 12.4, and what stands for a silent house meter."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.common_house import (
    CommonNeeds,
    House,
    HouseMonth,
    common_lines,
    common_needs,
    in_force,
)
from services.billing.domain.estimates import EstimateRules
from services.billing.domain.tariffs import MissingTariff, Price, TariffBook, Thresholds
from services.common.period import Period

OCTOBER = Period(2026, 10)
START = date(2025, 1, 1)
RULES = EstimateRules()
HOUSE = House("h", START, True, "demo", Decimal(2400), Decimal(310), Decimal("1.5"), "act")


def book(*prices: tuple[date, str]) -> TariffBook:
    rows = [Price("demo", 1, "single", 1, since, Decimal(rub), "act") for since, rub in prices]
    return TariffBook(rows, [Thresholds("demo", START, (10,), "act")])


def told(month: int, kwh: int | None, others: int = 0, year: int = 2026) -> HouseMonth:
    return HouseMonth(Period(year, month), None if kwh is None else Decimal(kwh), Decimal(others))


def needs(months: Sequence[HouseMonth], flats: int = 0, house: House = HOUSE) -> CommonNeeds:
    return common_needs(house, months, OCTOBER, Fraction(flats), RULES)


def test_the_worked_example() -> None:
    found = needs([told(10, 12000, 1000)], flats=4000 + 5000)
    lines = common_lines(book((START, "1.936")), HOUSE, OCTOBER, found, Decimal(60))
    assert [(line.volume, line.amount, line.range) for line in lines] == [(50, 96_80, 1)]


def test_flats_that_used_more_than_the_house_leave_nothing_to_share() -> None:
    assert needs([told(10, 9000, 1000)], flats=9000).kwh == 0


def test_a_price_change_splits_by_days() -> None:
    changed = book((START, "1"), (date(2026, 10, 11), "2"))
    found = CommonNeeds("meter", Fraction(3100))
    lines = common_lines(changed, HOUSE, OCTOBER, found, Decimal(240))
    assert [(line.volume, line.amount) for line in lines] == [(100, 100_00), (210, 420_00)]


@pytest.mark.parametrize("silent", [1, 2, 3])
def test_a_broken_house_meter_goes_by_its_average_for_three_periods(silent: int) -> None:
    read = [told(month, 100 * month, month) for month in range(1, 11 - silent)]
    found = needs([*read, *(told(month, None, 0) for month in range(11 - silent, 10))])
    last = range(11 - silent - 6, 11 - silent)
    assert found.known == "average"
    assert (found.house_kwh, found.others_kwh) == (
        Fraction(100 * sum(last), 6),
        Fraction(sum(last), 6),
    )


def test_then_by_the_norm_and_so_does_a_house_without_a_meter() -> None:
    for months in ([told(month, 100) for month in range(1, 7)], [told(8, 100), told(9, 100)], []):
        found = needs(months)
        assert (found.known, found.kwh) == ("norm", Fraction(465))
    lines = common_lines(book((START, "2")), HOUSE, OCTOBER, needs([]), Decimal(60))
    assert [(line.volume, line.amount) for line in lines] == [(Fraction(465 * 60, 2400), 23_25)]


def test_without_a_norm_nobody_guesses() -> None:
    without = House("h", START, True, "demo", Decimal(2400), Decimal(310), None, "act")
    with pytest.raises(MissingTariff, match="no norm of common needs of house h for 2026-10"):
        needs([], house=without)


def test_a_house_is_ours_to_bill_from_its_day_on_until_it_is_not() -> None:
    ours = House("h", date(2026, 9, 1), True, "demo", Decimal(1), Decimal(0), None, "act")
    theirs = House("h", date(2026, 11, 1), False, "demo", Decimal(1), Decimal(0), None, "act")
    found = [in_force([theirs, ours], Period(2026, month)) for month in (8, 9, 10, 11)]
    assert found == [None, ours, ours, None]


@given(st.lists(st.integers(1, 200), min_size=1, max_size=40), st.integers(0, 50_000), st.integers(0, 20_000))
def test_parts_of_all_premises_add_up_to_the_house(areas: list[int], house: int, flats: int) -> None:
    whole = House("h", START, True, "demo", Decimal(sum(areas)), Decimal(0), None, "act")
    found = needs([told(10, house)], flats, whole)
    lines = [
        line
        for area in areas
        for line in common_lines(book((START, "8.32")), whole, OCTOBER, found, Decimal(area))
    ]
    assert sum(line.volume for line in lines) == max(house - flats, 0)
