"""Acts of staff: what they change in a month without a reading, and what an interference costs."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from services.billing.domain.acts import Act, Kind, interference_uses, situation_of
from services.billing.domain.charge import Use
from services.billing.domain.estimates import EstimateRules, Household, Norm, Norms, Situation
from services.billing.domain.month import Known, Rules, charge
from services.billing.domain.tariffs import Price, TariffBook, Thresholds
from services.common.period import Period

START = date(2025, 1, 1)
OCTOBER = Period(2026, 10)
NORMS = Norms([Norm("rural", 1, START, Decimal(62), "norm act")])


def act(kind: Kind, since: date, until: date | None = None, charged_in: Period | None = None) -> Act:
    return Act(kind, since, until, "act 12", charged_in)


@pytest.mark.parametrize(
    ("told", "kind", "found"),
    [
        ("no_reading", "no_access", "no_access"),
        ("no_meter", "meter_possible", "no_meter_possible"),
        ("faulty", "supplier_meter", "supplier_meter"),
        ("faulty", "no_access", "faulty"),
        ("no_reading", "supplier_meter", "no_reading"),
    ],
)
def test_an_act_makes_the_situation_precise(told: Situation, kind: Kind, found: Situation) -> None:
    assert situation_of(told, [act(kind, date(2026, 10, 31))], OCTOBER) == found


def test_an_act_holds_for_months_on_whose_last_day_it_is_in_force() -> None:
    for since, until in ((date(2026, 11, 1), None), (START, date(2026, 10, 30))):
        assert situation_of("no_reading", [act("no_access", since, until)], OCTOBER) == "no_reading"
    ending = act("no_access", START, date(2026, 10, 31))
    assert situation_of("no_reading", [ending], OCTOBER) == "no_access"


def uses(since: date, until: date, charged_in: Period = OCTOBER) -> dict[Period, list[Use]]:
    found = act("interference", since, until, charged_in)
    return interference_uses([found], OCTOBER, "rural", 2, NORMS, EstimateRules())


def test_an_interference_is_ten_norms_a_month_for_its_days() -> None:
    found = uses(date(2026, 9, 16), date(2026, 10, 10))
    assert {month: [use.kwh[0] for use in of] for month, of in found.items()} == {
        Period(2026, 9): [Fraction(62 * 2 * 10 * 15, 30)],
        OCTOBER: [Fraction(62 * 2 * 10 * 10, 31)],
    }


def test_no_farther_back_than_three_months_before_the_one_it_was_found_in() -> None:
    found = uses(START, date(2026, 10, 10))
    assert [str(month) for month in found] == ["2026-07", "2026-08", "2026-09", "2026-10"]
    assert uses(START, date(2026, 10, 10), OCTOBER.next) == {}


def test_it_stands_beside_the_months_own_charge_at_each_months_price() -> None:
    book = TariffBook(
        [
            Price("rural", 1, "single", 1, START, Decimal(5), "act"),
            Price("rural", 1, "single", 1, date(2026, 10, 1), Decimal(6), "act"),
        ],
        [Thresholds("rural", START, (), "act")],
    )
    read = Use("meter", "N 1", 1, (Fraction(100),), date(2026, 9, 30), OCTOBER.last_day)
    found = act("interference", date(2026, 9, 1), date(2026, 10, 31), OCTOBER)
    known = Known(Household("rural", 1, "no_reading", 0, ()), fresh=[read], acts=[found])
    result = charge(known, OCTOBER, Rules(book, NORMS))
    assert [(line.basis, line.source, line.amount) for line in result.extra] == [
        ("interference", "act 12", 620 * 5_00),
        ("interference", "act 12", 620 * 6_00),
    ]
    assert (result.charged, result.volume) == (100 * 6_00 + 620 * 11_00, 100)
