"""The order's state machine, exhaustively."""

from itertools import product

import pytest

from deploy.sandbox.acquirer.machine import (
    ORDER_STATUS,
    PAYMENT_STATE,
    TRANSITIONS,
    Action,
    State,
    WrongState,
    next_state,
)

PLAIN = {
    "created": "challenge>authenticating pay>deposited refuse>declined lose>unknown expire>declined"
    " decline>declined",
    "authenticating": "pay>deposited refuse>declined lose>unknown expire>declined",
    "unknown": "pay>deposited refuse>declined",
    "deposited": "reverse>reversed refund>refunded",
    "refunded": "refund>refunded",
    "reversed": "",
    "declined": "",
}


@pytest.mark.parametrize(("state", "action"), list(product(State, Action)))
def test_every_action_in_every_state_moves_or_is_refused(state: State, action: Action) -> None:
    moves = dict(move.split(">") for move in PLAIN[state].split())
    if action in moves:
        assert next_state(state, action) == moves[action]
    else:
        with pytest.raises(WrongState):
            next_state(state, action)


def test_every_state_is_told_by_a_number_and_reachable() -> None:
    assert set(ORDER_STATUS) == set(PAYMENT_STATE) == set(State)
    assert {State.CREATED, *TRANSITIONS.values()} == set(State)


def test_no_money_moves_after_a_decline_or_a_reversal() -> None:
    assert not [key for key in TRANSITIONS if key[0] in (State.DECLINED, State.REVERSED)]
