"""What an answer of the acquirer means for our payment: paid only if the order is wholly ours."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.payments.domain.machine import Observation
from services.payments.domain.order import OUTCOME_UNKNOWN, Expected, OrderStatus, observe

PAID_AT = datetime(2026, 11, 5, 9, 30, tzinfo=UTC)
OURS = Expected("01ORDER", 12345)
PAID = OrderStatus("01ORDER", 2, 0, 12345, "643", deposited=12345, deposited_at=PAID_AT)


def test_a_paid_order_that_is_ours_is_paid_at_the_acquirers_deposited_time() -> None:
    seen = observe(PAID, OURS)
    assert (seen.observation, seen.paid_at) == (Observation.PAID, PAID_AT)


def test_an_answer_without_the_deposited_amount_is_judged_by_the_amount() -> None:
    assert observe(replace(PAID, deposited=None), OURS).observation is Observation.PAID


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        (replace(PAID, order_number="01OTHER"), "order_number"),
        (replace(PAID, amount=12344), "amount"),
        (replace(PAID, currency="840"), "currency"),
        (replace(PAID, currency=""), "currency"),
        (replace(PAID, deposited=12445), "deposited"),
        (replace(PAID, deposited=0), "deposited"),
        (replace(PAID, status=4, refunded=12346), "refunded"),
        (replace(PAID, status=4, refunded=-1), "refunded"),
        (replace(PAID, status=4, refunded=0), "refunded"),
        (replace(PAID, status=0, amount=1), "amount"),
    ],
)
def test_an_order_that_differs_is_a_mismatch_that_names_the_field(changed: OrderStatus, field: str) -> None:
    seen = observe(changed, OURS)
    assert (seen.observation, seen.reason) == (Observation.MISMATCH, f"mismatch:{field}")


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (0, -100, Observation.CREATED),
        (0, 116, Observation.CREATED),
        (0, 151019, Observation.UNCLEAR),
        (1, 0, Observation.HELD),
        (3, 0, Observation.REVERSED),
        (5, 0, Observation.AUTHENTICATING),
        (5, -30001, Observation.UNCLEAR),
        (6, 116, Observation.DECLINED),
        (6, -2007, Observation.EXPIRED),
        (6, 151019, Observation.UNCLEAR),
        (7, 0, Observation.CREATED),
        (8, 0, Observation.UNCLEAR),
        (99, 0, Observation.UNCLEAR),
    ],
)
def test_each_order_status_is_understood(status: int, code: int, expected: Observation) -> None:
    assert observe(replace(PAID, status=status, action_code=code), OURS).observation is expected


def test_a_refund_is_partial_until_the_whole_amount_is_back() -> None:
    part, full = replace(PAID, status=4, refunded=1), replace(PAID, status=4, refunded=12345)
    assert observe(part, OURS).observation is Observation.REFUNDED_PART
    assert observe(full, OURS).observation is Observation.REFUNDED_FULL
    assert observe(replace(PAID, refunded=5), OURS).refunded == 5


def test_a_reversal_gives_the_whole_amount_back() -> None:
    assert observe(replace(PAID, status=3, deposited=0), OURS).refunded == 12345


def test_an_order_declined_at_our_wish_is_told_from_a_refused_card() -> None:
    declined = replace(PAID, status=6, action_code=2012, deposited=0)
    assert observe(declined, replace(OURS, declined_by_us=True)).observation is Observation.DECLINED_BY_US
    assert observe(declined, OURS).reason == "declined:2012"


def test_an_unknown_order_is_absent() -> None:
    assert observe(None, OURS).observation is Observation.ABSENT


@given(
    status=st.integers(0, 9),
    code=st.sampled_from([0, -100, 116, *OUTCOME_UNKNOWN]),
    number=st.sampled_from(["01ORDER", "01OTHER"]),
    amount=st.sampled_from([12345, 1]),
    currency=st.sampled_from(["643", "840"]),
    deposited=st.sampled_from([None, 0, 12345, 12346]),
    refunded=st.integers(-1, 12346),
)
def test_money_is_taken_only_from_an_order_of_our_number_amount_and_currency(
    status: int, code: int, number: str, amount: int, currency: str, deposited: int | None, refunded: int
) -> None:
    order = OrderStatus(number, status, code, amount, currency, deposited, refunded)
    seen = observe(order, OURS).observation
    if seen in (Observation.PAID, Observation.REFUNDED_PART, Observation.REFUNDED_FULL):
        assert (number, amount, currency) == ("01ORDER", 12345, "643")
        assert status in (2, 4)
    if code in OUTCOME_UNKNOWN:
        assert seen not in (Observation.DECLINED, Observation.EXPIRED, Observation.DECLINED_BY_US)
