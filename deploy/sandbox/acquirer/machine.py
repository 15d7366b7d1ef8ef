"""The state machine of an order as a table (domain.md 1.11); nothing else may change an order's state."""

from enum import StrEnum


class State(StrEnum):
    CREATED = "created"
    AUTHENTICATING = "authenticating"
    UNKNOWN = "unknown"
    DEPOSITED = "deposited"
    REVERSED = "reversed"
    REFUNDED = "refunded"
    DECLINED = "declined"


class Action(StrEnum):
    CHALLENGE = "challenge"
    """The card needs 3-D Secure: the customer is sent to the issuer's page."""
    PAY = "pay"
    REFUSE = "refuse"
    LOSE = "lose"
    """The issuer did not answer: the transfer may have happened or not."""
    EXPIRE = "expire"
    DECLINE = "decline"
    """decline.do: only for an order nobody began to pay."""
    REVERSE = "reverse"
    REFUND = "refund"


TRANSITIONS: dict[tuple[State, Action], State] = {
    (State.CREATED, Action.CHALLENGE): State.AUTHENTICATING,
    (State.CREATED, Action.PAY): State.DEPOSITED,
    (State.CREATED, Action.REFUSE): State.DECLINED,
    (State.CREATED, Action.LOSE): State.UNKNOWN,
    (State.CREATED, Action.EXPIRE): State.DECLINED,
    (State.CREATED, Action.DECLINE): State.DECLINED,
    (State.AUTHENTICATING, Action.PAY): State.DEPOSITED,
    (State.AUTHENTICATING, Action.REFUSE): State.DECLINED,
    (State.AUTHENTICATING, Action.LOSE): State.UNKNOWN,
    (State.AUTHENTICATING, Action.EXPIRE): State.DECLINED,
    (State.UNKNOWN, Action.PAY): State.DEPOSITED,
    (State.UNKNOWN, Action.REFUSE): State.DECLINED,
    (State.DEPOSITED, Action.REVERSE): State.REVERSED,
    (State.DEPOSITED, Action.REFUND): State.REFUNDED,
    (State.REFUNDED, Action.REFUND): State.REFUNDED,
}

ORDER_STATUS: dict[State, int] = {
    State.CREATED: 0,
    State.AUTHENTICATING: 5,
    # The bank has no number for "unknown": the order stays in progress and actionCode tells.
    State.UNKNOWN: 5,
    State.DEPOSITED: 2,
    State.REVERSED: 3,
    State.REFUNDED: 4,
    State.DECLINED: 6,
}

PAYMENT_STATE: dict[State, str] = {
    State.CREATED: "CREATED",
    State.AUTHENTICATING: "CREATED",
    State.UNKNOWN: "CREATED",
    State.DEPOSITED: "DEPOSITED",
    State.REVERSED: "REVERSED",
    State.REFUNDED: "REFUNDED",
    State.DECLINED: "DECLINED",
}


class WrongState(Exception):
    """The order's state does not allow this action."""


def next_state(state: State, action: Action) -> State:
    try:
        return TRANSITIONS[state, action]
    except KeyError:
        raise WrongState(f"{action} is not possible for an order that is {state}") from None
