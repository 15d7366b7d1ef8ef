"""A refund gives back in the reverse of the order in which its payment settled debts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.payments.domain.refund import penalty_back

parts = st.integers(0, 10**6)


@pytest.mark.parametrize(
    ("total", "back"), [(0, 0), (200, 0), (300, 0), (310, 10), (350, 50), (351, 50), (1000, 50)]
)
def test_the_overpayment_goes_back_first_then_the_penalty_then_the_main_debt(total: int, back: int) -> None:
    """1000 paid: 650 of debt, 50 of penalty, 300 beyond."""
    assert penalty_back(total, over=300, penalty=50) == back


@given(parts, parts, parts, parts)
def test_refunds_in_parts_add_up_and_none_takes_more_than_it_is(
    over: int, penalty: int, first: int, second: int
) -> None:
    once, both = penalty_back(first, over, penalty), penalty_back(first + second, over, penalty)
    assert 0 <= once <= min(first, penalty)
    assert 0 <= both - once <= second


@given(parts, parts, parts)
def test_the_whole_payment_given_back_gives_the_whole_penalty_back(
    main: int, over: int, penalty: int
) -> None:
    assert penalty_back(main + over + penalty, over, penalty) == penalty
