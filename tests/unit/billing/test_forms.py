"""A year priced by another tariff form: the same kWh, split by own zones or by a profile."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.charge import Use, charge_month
from services.billing.domain.forms import FORMS, Month, Profile, priced, split
from services.billing.domain.tariffs import ZONES, Price, TariffBook, Thresholds
from services.common.period import Period

OCTOBER = Period(2026, 10)
TODAY = date(2026, 10, 20)
PROFILE = Profile(
    "g", date(2024, 1, 1), Fraction(38, 100), Fraction(22, 100), Fraction(40, 100), "demo", True
)
RUB = {"single": 8, "day": 9, "night": 5, "half_peak": 8}
BOOK = TariffBook(
    [
        Price("g", form, zone, number, date(2026, 1, 1), Decimal(RUB[zone] * number), "act")
        for form in FORMS
        for zone in ZONES[form]
        for number in (1, 2, 3)
    ],
    [Thresholds("g", date(2026, 1, 1), (3900, 6000), "act")],
)
volumes = st.integers(0, 9000).map(Fraction)


@st.composite
def months(draw: st.DrawFn) -> Month:
    form = draw(st.sampled_from(FORMS))
    return Month(OCTOBER, form, {zone: draw(volumes) for zone in ZONES[form]})


@given(months(), st.sampled_from(FORMS))
def test_no_kwh_is_lost_or_made(month: Month, form: int) -> None:
    kwh = split(month, form, PROFILE)
    assert kwh
    assert tuple(kwh) == ZONES[form]
    assert sum(kwh.values()) == sum(month.kwh.values())
    assert min(kwh.values()) >= 0


@given(months())
def test_its_own_form_costs_what_the_month_was_charged(month: Month) -> None:
    use = Use(
        "meter", "1", month.form, tuple(month.kwh.values()), OCTOBER.previous.last_day, OCTOBER.last_day
    )
    charged = sum(line.amount for line in charge_month(BOOK, "g", OCTOBER, [use]))
    own = priced([month], month.form, BOOK, "g", TODAY, None)
    assert own
    assert (own.total, own.own) == (charged, True)


def test_a_year_is_the_sum_of_its_months_each_with_its_ranges() -> None:
    month = Month(OCTOBER, 1, {"single": Fraction(5000)})
    twice = priced([month, month], 1, BOOK, "g", TODAY, None)
    assert twice
    assert twice.total == 2 * (3900 * 8_00 + 1100 * 16_00)


def test_night_of_two_zones_is_night_of_three() -> None:
    month = Month(OCTOBER, 2, {"day": Fraction(78), "night": Fraction(7)})
    assert split(month, 3, PROFILE) == {"day": Fraction(38), "night": Fraction(7), "half_peak": Fraction(40)}
    assert split(
        Month(OCTOBER, 3, {"day": Fraction(1), "night": Fraction(2), "half_peak": Fraction(3)}), 2, None
    ) == {
        "day": 4,
        "night": 2,
    }


@pytest.mark.parametrize("form", [2, 3])
def test_without_a_profile_a_one_zone_meter_says_nothing_of_zones(form: int) -> None:
    month = Month(OCTOBER, 1, {"single": Fraction(100)})
    assert priced([month], form, BOOK, "g", TODAY, None) is None


def test_a_form_without_prices_is_left_out() -> None:
    one = TariffBook(
        [Price("g", 1, "single", 1, date(2026, 1, 1), Decimal(8), "act")],
        [Thresholds("g", date(2026, 1, 1), (), "act")],
    )
    month = Month(OCTOBER, 1, {"single": Fraction(100)})
    assert priced([month], 2, one, "g", TODAY, PROFILE) is None
