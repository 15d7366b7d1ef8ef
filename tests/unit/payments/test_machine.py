"""The payment's state machine: every pair of state and observation, and the drawing made from the same table."""

from itertools import product
from typing import get_args

import pytest

from services.contracts import payments as contract
from services.payments.domain.drawing import PAGE, drawing
from services.payments.domain.machine import (
    MAY_STILL_SUCCEED,
    MOVES,
    OPEN,
    TAKEN,
    UNTAKEN,
    Contradiction,
    Observation,
    State,
    next_state,
)

PAIRS = list(product(State, Observation))
MONEY_TAKEN = {Observation.PAID, Observation.REFUNDED_PART, Observation.REFUNDED_FULL}
NOT_TAKEN = {
    Observation.NOT_REGISTERED,
    Observation.DECLINED,
    Observation.EXPIRED,
    Observation.DECLINED_BY_US,
    Observation.REVERSED,
}


def leads_to(state: State, seen: Observation) -> State | None:
    try:
        return next_state(state, seen)
    except Contradiction:
        return None


def test_the_states_are_those_of_the_contract() -> None:
    assert {state.value for state in State} == set(get_args(contract.State))


@pytest.mark.parametrize(("state", "seen"), PAIRS)
def test_every_pair_is_a_declared_move_or_a_named_error(state: State, seen: Observation) -> None:
    if seen in MOVES[state]:
        assert next_state(state, seen) is MOVES[state][seen]
    else:
        with pytest.raises(Contradiction):
            next_state(state, seen)


@pytest.mark.parametrize("seen", Observation)
def test_an_ended_payment_stays_ended_except_that_taken_money_may_go_back(seen: Observation) -> None:
    for state in set(State) - OPEN:
        allowed = {state, None}
        if state is State.SUCCEEDED:
            allowed |= {State.PARTLY_REFUNDED, State.REFUNDED}
        if state is State.PARTLY_REFUNDED:
            allowed |= {State.REFUNDED}
        assert leads_to(state, seen) in allowed


@pytest.mark.parametrize("state", sorted(OPEN))
def test_an_open_payment_fails_only_when_the_acquirer_said_that_no_money_was_taken(state: State) -> None:
    for seen in Observation:
        if leads_to(state, seen) in UNTAKEN:
            assert seen in NOT_TAKEN


@pytest.mark.parametrize(("state", "seen"), PAIRS)
def test_money_counts_as_taken_only_when_the_acquirer_said_so(state: State, seen: Observation) -> None:
    if state in OPEN and leads_to(state, seen) in TAKEN:
        assert seen in MONEY_TAKEN


@pytest.mark.parametrize("state", sorted(OPEN))
def test_an_unclear_answer_leaves_every_open_payment_unknown(state: State) -> None:
    assert next_state(state, Observation.UNCLEAR) is State.UNKNOWN


@pytest.mark.parametrize("state", sorted(OPEN))
def test_an_order_that_is_not_ours_is_quarantined(state: State) -> None:
    assert next_state(state, Observation.MISMATCH) is State.QUARANTINED


def test_a_payment_on_the_way_to_its_page_understands_every_answer() -> None:
    assert set(MOVES[State.REGISTERING]) == set(Observation)


def test_every_state_can_be_reached() -> None:
    reached, frontier = {State.REGISTERING}, [State.REGISTERING]
    while frontier:
        new = set(MOVES[frontier.pop()].values()) - reached
        reached |= new
        frontier += new
    assert reached == set(State)


def test_every_open_payment_can_still_succeed_and_fail() -> None:
    for state in OPEN:
        assert {State.SUCCEEDED, State.FAILED} <= set(MOVES[state].values())


def test_only_payments_that_nobody_can_take_back_hold_a_new_one_back() -> None:
    assert OPEN - {State.REGISTERING, State.AWAITING} == MAY_STILL_SUCCEED


def test_the_drawing_is_current() -> None:
    assert PAGE.read_text("utf-8") == drawing(), "run python -m services.payments.domain.drawing"
