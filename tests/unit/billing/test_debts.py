"""Which bill is unpaid on which day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.billing.domain.debts import Asked, Paid, owed
from services.billing.domain.penalty import Owed

JANUARY, FEBRUARY = date(2026, 2, 10), date(2026, 3, 10)
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)


def test_the_oldest_bill_is_settled_first() -> None:
    asked = [Asked(FEBRUARY, 500), Asked(JANUARY, 300)]
    found = owed(asked, [Paid(date(2026, 3, 11), 400)], FIRST, LAST)
    assert found == [
        Owed(JANUARY, FIRST, date(2026, 3, 10), 300),
        Owed(FEBRUARY, FIRST, date(2026, 3, 10), 500),
        Owed(FEBRUARY, date(2026, 3, 11), LAST, 400),
    ]


def test_an_overpayment_and_a_recalculation_settle_too() -> None:
    assert owed([Asked(JANUARY, 300)], [Paid(date(2026, 1, 1), 300)], FIRST, LAST) == []
    assert owed([Asked(JANUARY, 300), Asked(FEBRUARY, -300)], [], FIRST, LAST) == []


def test_a_refund_brings_the_debt_back() -> None:
    paid = [Paid(date(2026, 2, 1), 300), Paid(date(2026, 3, 20), -300)]
    assert owed([Asked(JANUARY, 300)], paid, FIRST, LAST) == [Owed(JANUARY, date(2026, 3, 20), LAST, 300)]


money = st.lists(
    st.tuples(st.integers(-40, 40), st.integers(-500, 1000)).map(
        lambda pair: Paid(FIRST + timedelta(days=pair[0]), pair[1])
    ),
    max_size=6,
)
bills = st.lists(
    st.tuples(st.integers(-90, 20), st.integers(1, 1000)).map(
        lambda pair: Asked(FIRST + timedelta(days=pair[0]), pair[1])
    ),
    max_size=5,
)


@given(bills, money, st.integers(0, 30))
def test_every_day_owes_what_is_asked_less_what_is_paid(
    asked: list[Asked], paid: list[Paid], at: int
) -> None:
    day = FIRST + timedelta(days=at)
    total = sum(o.kopecks for o in owed(asked, paid, FIRST, LAST) if o.first <= day <= o.last)
    received = sum(payment.kopecks for payment in paid if payment.on <= day)
    asked_for = sum(bill.kopecks for bill in asked)
    assert total == min(max(asked_for - received, 0), asked_for)
