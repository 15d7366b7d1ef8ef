"""A household's month: average, norm, and the reading that follows estimates."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.charge import Line, Use, charge_month
from services.billing.domain.estimates import ActualMonth, Household, Norm, Norms, Situation
from services.billing.domain.month import Known, MonthCharge, Rules, charge
from services.billing.domain.tariffs import MissingTariff, Price, TariffBook, Thresholds, Unchargeable
from services.common.period import Period

START = date(2025, 1, 1)
JULY, AUGUST, SEPTEMBER, OCTOBER = (Period(2026, month) for month in (7, 8, 9, 10))
BOOK = TariffBook(
    [
        Price("rural", form, zone, range_, since, Decimal(rub) * range_, "act")  # type: ignore[arg-type]
        for form, zone in ((1, "single"), (2, "day"), (2, "night"))
        for range_ in (1, 2)
        for since, rub in ((START, "5.24"), (date(2026, 9, 11), "5.82"))
    ],
    [Thresholds("rural", START, (300,), "act")],
)
NORMS = Norms(
    [
        Norm("rural", residents, START, Decimal(kwh), "norm act")
        for residents, kwh in ((1, "90"), (2, "72"), (5, "52"))
    ]
)
RULES = Rules(BOOK, NORMS)


def household(
    situation: Situation = "no_reading", before: int = 0, residents: int = 2, months: int = 6
) -> Household:
    actual = [
        ActualMonth(Period(2026, month), 1, (Fraction(100 + month),)) for month in range(9, 9 - months, -1)
    ]
    return Household("rural", residents, situation, before, actual)


def volume(result: MonthCharge) -> Fraction:
    return sum((line.volume for line in result.lines), Fraction(0))


def meter(kwh: int, after: Period, until: Period) -> Use:
    return Use("meter", "N 1", 1, (Fraction(kwh),), after.last_day, until.last_day)


@pytest.mark.parametrize("before", [0, 1, 2])
def test_three_periods_go_by_the_average_of_six_months(before: int) -> None:
    result = charge(Known(household(before=before)), OCTOBER, RULES)
    assert (result.way, volume(result)) == ("average", Fraction(104 + 105 + 106 + 107 + 108 + 109, 6))


def test_the_fourth_goes_by_the_norm() -> None:
    result = charge(Known(household(before=3)), OCTOBER, RULES)
    assert (result.way, volume(result)) == ("norm", 144)


def test_two_actual_months_make_no_average() -> None:
    assert charge(Known(household(months=2)), OCTOBER, RULES).way == "norm"
    assert charge(Known(household(months=3)), OCTOBER, RULES).way == "average"


@pytest.mark.parametrize(
    ("situation", "kwh"),
    [("no_meter", 144), ("no_meter_possible", 216), ("faulty", 216), ("no_access", 216), ("no_reading", 144)],
)
def test_the_norm_is_raised_for_whom_the_rules_say(situation: Situation, kwh: int) -> None:
    result = charge(Known(household(situation, before=3)), OCTOBER, RULES)
    assert volume(result) == kwh
    assert ("norm_factor" in {line.basis for line in result.lines}) is (kwh == 216)


def test_an_empty_house_has_the_norm_of_one() -> None:
    assert volume(charge(Known(household("no_meter", residents=0)), OCTOBER, RULES)) == 90


def test_a_group_without_a_norm_is_told() -> None:
    nobody = Household("urban_gas", 1, "no_meter", 0, ())
    with pytest.raises(MissingTariff, match="no norm of urban_gas, 1 residents for 2026-10"):
        charge(Known(nobody), OCTOBER, RULES)


def after_estimates(kwh: int) -> MonthCharge:
    """July was read; August and September went by the average; October is read."""
    billed = {month: charge(Known(household()), month, RULES) for month in (AUGUST, SEPTEMBER)}
    known = Known(
        household(before=2),
        fresh=[meter(kwh, JULY, OCTOBER)],
        billed={month: done.uses for month, done in billed.items()},
        lines={month: done.lines for month, done in billed.items()},
    )
    return charge(known, OCTOBER, RULES)


@given(st.integers(0, 5000))
def test_a_reading_after_estimates_prices_each_month_as_if_it_had_been_read(kwh: int) -> None:
    result = after_estimates(kwh)
    days = {AUGUST: 31, SEPTEMBER: 30, OCTOBER: 31}
    for month, lines in ((OCTOBER, result.lines), *((m, result.corrections) for m in (AUGUST, SEPTEMBER))):
        interpolated = Use(
            "meter", "N 1", 1, (Fraction(kwh * days[month], 92),), month.previous.last_day, month.last_day
        )
        expected = charge_month(BOOK, "rural", month, [interpolated])
        assert [(line.volume, line.amount) for line in lines if line.month == month] == [
            (line.volume, line.amount) for line in expected
        ]


def exact(lines: Sequence[Line]) -> Fraction:
    """Kopecks before rounding."""
    return sum((line.exact for line in lines), Fraction(0))


@given(st.integers(0, 5000))
def test_what_was_read_is_charged_wholly_over_the_months_and_the_money_is_that_of_the_lines(kwh: int) -> None:
    result = after_estimates(kwh)
    now = [*result.lines, *result.corrections]
    assert sum(line.volume for line in now) == kwh
    assert all(abs(line.exact - line.amount) <= Fraction(1, 2) for line in now)
    moved = sum(line.amount for line in result.corrections) - sum(line.amount for line in result.reversed)
    assert (result.charged, result.recalculated) == (sum(line.amount for line in result.lines), moved)
    assert result.volume == sum(use.kwh[0] * 31 / 92 for use in result.uses)


@given(st.integers(0, 5000), st.integers(1, 3000))
def test_more_read_after_estimates_never_costs_less(kwh: int, more: int) -> None:
    less, dear = after_estimates(kwh), after_estimates(kwh + more)
    assert exact([*less.lines, *less.corrections]) <= exact([*dear.lines, *dear.corrections])
    assert list(less.reversed) == list(dear.reversed)


@given(st.integers(0, 3000), st.integers(0, 900))
def test_a_replaced_meter_costs_what_one_meter_would_for_the_same_days(kwh: int, later: int) -> None:
    """A use that goes on at the same pace is the same money wherever the meter was changed."""
    pace = Fraction(kwh, 31)
    cut = date(2026, 10, 1 + later % 30)
    before = (cut - SEPTEMBER.last_day).days
    parts = [
        Use("meter", "N 1", 1, (pace * before,), SEPTEMBER.last_day, cut),
        Use("meter", "N 2", 1, (pace * (31 - before),), cut, OCTOBER.last_day),
    ]
    split = charge(Known(household(), fresh=parts), OCTOBER, RULES)
    whole = charge(Known(household(), fresh=[meter(kwh, SEPTEMBER, OCTOBER)]), OCTOBER, RULES)
    assert exact(split.lines) == exact(whole.lines)


def test_the_old_lines_are_reversed_and_the_difference_is_told() -> None:
    result = after_estimates(0)
    assert result.lines == []
    assert result.recalculated == -sum(line.amount for line in result.reversed) < 0
    assert {line.month for line in result.reversed} == {AUGUST, SEPTEMBER}


def replaced(after: date) -> Known:
    """September's meter was taken away on the 10th, and nobody read the new one until the end of October."""
    old = Use("meter", "old", 1, (Fraction(50),), AUGUST.last_day, date(2026, 9, 10))
    before = charge(Known(household(), fresh=[old]), SEPTEMBER, RULES)
    new = Use("meter", "new", 1, (Fraction(102),), after, OCTOBER.last_day)
    return Known(household(), fresh=[new], billed={SEPTEMBER: before.uses}, lines={SEPTEMBER: before.lines})


def test_days_of_a_new_meter_without_a_reading_are_charged_with_its_next_one() -> None:
    result = charge(replaced(date(2026, 9, 10)), OCTOBER, RULES)
    # 102 kWh in 51 days: 40 in September's last 20 days, 62 in October.
    assert [(line.source, line.volume) for line in result.corrections] == [("old", 50), ("new", 40)]
    assert [(line.source, line.volume) for line in result.reversed] == [("old", 50)]
    assert (volume(result), result.recalculated) == (62, 40 * 582)


def test_days_that_a_meter_told_of_are_charged_once() -> None:
    with pytest.raises(Unchargeable, match="what was used in 2026-09 cannot be told"):
        charge(replaced(date(2026, 9, 9)), OCTOBER, RULES)


def test_a_control_reading_that_found_less_takes_the_place_of_what_was_told() -> None:
    """September was told 300 too many; the inspector counts from the end of August."""
    overstated = charge(Known(household(), fresh=[meter(360, AUGUST, SEPTEMBER)]), SEPTEMBER, RULES)
    known = Known(
        household(),
        fresh=[meter(122, AUGUST, OCTOBER)],
        billed={SEPTEMBER: overstated.uses},
        lines={SEPTEMBER: overstated.lines},
    )
    result = charge(known, OCTOBER, RULES)
    assert sum(line.volume for line in result.reversed) == 360
    assert sum(line.volume for line in result.corrections) == 60
    assert (volume(result), result.recalculated < 0) == (62, True)


def test_a_month_that_was_not_charged_by_us_is_not_charged_twice() -> None:
    with pytest.raises(Unchargeable, match="what was used in 2026-09 cannot be told"):
        charge(Known(household(), fresh=[meter(100, AUGUST, OCTOBER)]), OCTOBER, RULES)


@pytest.mark.parametrize("before", [0, 3, 12])
def test_a_meter_that_is_the_suppliers_to_replace_goes_by_the_average_for_as_long_as_it_takes(
    before: int,
) -> None:
    assert charge(Known(household("supplier_meter", before)), OCTOBER, RULES).way == "average"
    without = charge(Known(household("supplier_meter", before, months=0)), OCTOBER, RULES)
    assert (without.way, volume(without)) == ("norm", 144)


def test_a_month_that_was_read_is_not_touched() -> None:
    known = Known(household(), fresh=[meter(100, SEPTEMBER, OCTOBER)])
    result = charge(known, OCTOBER, RULES)
    assert (result.charged, result.recalculated) == (582_00, 0)
