"""The penalty by law: vectors of `domain.md` 12, and what holds for every debt."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.due import DueDay, due_date
from services.billing.domain.penalty import DatedRate, Owed, Rates, penalty
from services.billing.domain.tariffs import MissingTariff
from services.common.period import Period

DUE = date(2026, 3, 16)
RATES = Rates(
    [DatedRate(date(2025, 1, 1), Decimal("16"), "Bank of Russia")],
    [DatedRate(date(2025, 1, 1), Decimal("9.5"), "ПП 329"), DatedRate(date(2027, 1, 1), None, "ПП 329")],
)
DUE_DAYS = [
    DueDay(Period(2020, 1), 10, "ЖК 155"),
    DueDay(Period(2026, 3), 15, "ФЗ 177"),
]


def owed(days: int, kopecks: int = 1000_00, due: date = DUE) -> Owed:
    return Owed(due, due + timedelta(days=1), due + timedelta(days=days), kopecks)


def amount(*debts: Owed) -> int:
    return sum(line.amount for line in penalty(debts, RATES))


@pytest.mark.parametrize(("days", "kopecks"), [(30, 0), (31, 32), (90, 1900), (120, 1900 + 2192)])
def test_vectors(days: int, kopecks: int) -> None:
    assert amount(owed(days)) == kopecks


def test_a_payment_in_between_makes_segments() -> None:
    before = Owed(DUE, DUE + timedelta(days=1), DUE + timedelta(days=60), 1000_00)
    after = Owed(DUE, DUE + timedelta(days=61), DUE + timedelta(days=90), 400_00)
    lines = penalty([before, after], RATES)
    assert [(line.days, line.kopecks, line.amount) for line in lines] == [
        (30, 1000_00, 950),
        (30, 400_00, 380),
    ]


def test_the_cap_ends_with_its_decree() -> None:
    due = date(2026, 11, 16)
    lines = penalty([owed(60, due=due)], RATES)
    assert [(line.first, line.percent) for line in lines] == [
        (due + timedelta(days=31), Decimal("9.5")),
        (date(2027, 1, 1), Decimal("16")),
    ]


def test_no_rate_is_no_guess() -> None:
    with pytest.raises(MissingTariff, match="no key rate"):
        penalty([owed(40, due=date(2024, 1, 10))], RATES)


@pytest.mark.parametrize(
    ("month", "due"),
    [
        (Period(2026, 1), date(2026, 2, 10)),
        (Period(2026, 2), date(2026, 3, 10)),
        (Period(2026, 3), date(2026, 4, 15)),
        (Period(2026, 10), date(2026, 11, 16)),
        (Period(2026, 12), date(2027, 1, 15)),
        (Period(2025, 12), date(2026, 1, 12)),
    ],
)
def test_the_due_date_avoids_days_when_nobody_works(month: Period, due: date) -> None:
    assert due_date(DUE_DAYS, month) == due


@given(st.integers(1, 300), st.integers(0, 10**8), st.integers(1, 299))
def test_a_debt_cut_into_stretches_is_off_by_half_a_kopeck_a_line(days: int, kopecks: int, cut: int) -> None:
    """Payments of nothing in between change nothing but the rounding."""
    whole = penalty([owed(days, kopecks)], RATES)
    if cut >= days:
        return
    day = DUE + timedelta(days=cut)
    parts = [
        Owed(DUE, DUE + timedelta(days=1), day, kopecks),
        Owed(DUE, day + timedelta(days=1), DUE + timedelta(days=days), kopecks),
    ]
    pieces = penalty(parts, RATES)
    apart = abs(sum(line.amount for line in pieces) - sum(line.amount for line in whole))
    # Lines that round to nothing are left out: each part and rate may have hidden one.
    assert apart <= Fraction(len(pieces) + len(whole) + 4, 2)


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 10**8), st.integers(0, 10**8))
def test_longer_and_greater_debts_never_cost_less(days: int, more: int, kopecks: int, extra: int) -> None:
    if days:
        assert amount(owed(days, kopecks)) <= amount(owed(days + more, kopecks))
        assert amount(owed(days, kopecks)) <= amount(owed(days, kopecks + extra))
