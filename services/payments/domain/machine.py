"""The state machine of a payment as data: what is observed of its order moves it, and nothing else does."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class State(StrEnum):
    """The states of the contract."""

    REGISTERING = "registering"
    AWAITING = "awaiting"
    AUTHENTICATING = "authenticating"
    HELD = "held"
    UNKNOWN = "unknown"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    PARTLY_REFUNDED = "partly_refunded"
    REFUNDED = "refunded"
    QUARANTINED = "quarantined"


class Observation(StrEnum):
    """What the acquirer was seen to say of our order; silence is not an observation (design rule 9)."""

    REGISTERED = "registered"
    """The order was made and its page is ours."""
    NOT_REGISTERED = "not registered"
    """The acquirer refused to make the order, or we gave up before one was made: nothing can be paid."""
    CREATED = "created"
    """orderStatus 0: nobody began to pay."""
    HELD = "held"
    """orderStatus 1."""
    PAID = "paid"
    """orderStatus 2, and number, amount and currency are ours."""
    REVERSED = "reversed"
    """orderStatus 3."""
    REFUNDED_PART = "refunded in part"
    REFUNDED_FULL = "refunded in full"
    """orderStatus 4, by the refunded amount."""
    AUTHENTICATING = "authenticating"
    """orderStatus 5."""
    DECLINED = "declined"
    """orderStatus 6, for a definite reason."""
    EXPIRED = "expired"
    """orderStatus 6, because nobody paid in time."""
    DECLINED_BY_US = "declined by us"
    """orderStatus 6 after we asked to decline it."""
    UNCLEAR = "unclear"
    """The acquirer itself does not know: actionCode -30001, 151019 and their like, or an unheard-of status."""
    ABSENT = "absent"
    """The acquirer knows no such order."""
    MISMATCH = "mismatch"
    """Number, amount or currency are not ours."""


OPEN: Final = frozenset({State.REGISTERING, State.AWAITING, State.AUTHENTICATING, State.HELD, State.UNKNOWN})
"""The outcome is still to be learnt: the poller asks for these."""
MAY_STILL_SUCCEED: Final = frozenset({State.AUTHENTICATING, State.HELD, State.UNKNOWN})
"""A new payment of the account is held back while an earlier one is here (product D5)."""
TAKEN: Final = frozenset({State.SUCCEEDED, State.PARTLY_REFUNDED, State.REFUNDED})
"""The money was taken: the fact of success has been told."""
UNTAKEN: Final = frozenset({State.FAILED, State.CANCELLED})
"""It surely was not."""

_OUTCOMES: Final[dict[Observation, State]] = {
    Observation.AUTHENTICATING: State.AUTHENTICATING,
    Observation.HELD: State.HELD,
    Observation.UNCLEAR: State.UNKNOWN,
    Observation.PAID: State.SUCCEEDED,
    Observation.REFUNDED_PART: State.PARTLY_REFUNDED,
    Observation.REFUNDED_FULL: State.REFUNDED,
    Observation.MISMATCH: State.QUARANTINED,
}
"""Where these lead from every open state."""

_BEGUN: Final[dict[Observation, State]] = _OUTCOMES | {
    Observation.CREATED: State.AWAITING,
    Observation.DECLINED: State.FAILED,
    Observation.EXPIRED: State.FAILED,
    Observation.DECLINED_BY_US: State.CANCELLED,
    Observation.REVERSED: State.CANCELLED,
    Observation.ABSENT: State.QUARANTINED,
}
"""An order we know the page of. That the acquirer should forget such an order contradicts it: people look."""

MOVES: Final[Mapping[State, Mapping[Observation, State]]] = {
    # An order whose page was lost on the way is declined and another attempt takes its place.
    State.REGISTERING: _OUTCOMES
    | {
        Observation.REGISTERED: State.AWAITING,
        Observation.NOT_REGISTERED: State.FAILED,
        Observation.CREATED: State.REGISTERING,
        Observation.ABSENT: State.REGISTERING,
        Observation.DECLINED: State.REGISTERING,
        Observation.EXPIRED: State.REGISTERING,
        Observation.DECLINED_BY_US: State.REGISTERING,
        Observation.REVERSED: State.CANCELLED,
    },
    State.AWAITING: _BEGUN,
    State.AUTHENTICATING: _BEGUN,
    # Held money does not go back to a card that has not been entered.
    State.HELD: {
        seen: to
        for seen, to in _BEGUN.items()
        if seen not in (Observation.CREATED, Observation.AUTHENTICATING)
    },
    State.UNKNOWN: _BEGUN,
    State.SUCCEEDED: {
        Observation.PAID: State.SUCCEEDED,
        Observation.REFUNDED_PART: State.PARTLY_REFUNDED,
        Observation.REFUNDED_FULL: State.REFUNDED,
        Observation.REVERSED: State.REFUNDED,
    },
    State.PARTLY_REFUNDED: {
        Observation.REFUNDED_PART: State.PARTLY_REFUNDED,
        Observation.REFUNDED_FULL: State.REFUNDED,
        Observation.REVERSED: State.REFUNDED,
    },
    State.REFUNDED: {
        Observation.REFUNDED_FULL: State.REFUNDED,
        Observation.REVERSED: State.REFUNDED,
    },
    State.FAILED: {
        Observation.DECLINED: State.FAILED,
        Observation.EXPIRED: State.FAILED,
        Observation.DECLINED_BY_US: State.FAILED,
        Observation.ABSENT: State.FAILED,
    },
    State.CANCELLED: {
        Observation.DECLINED: State.CANCELLED,
        Observation.EXPIRED: State.CANCELLED,
        Observation.DECLINED_BY_US: State.CANCELLED,
        Observation.REVERSED: State.CANCELLED,
    },
    State.QUARANTINED: dict.fromkeys(Observation, State.QUARANTINED),
}
"""state -> observation -> next state; a pair that is not here is a contradiction and moves nothing."""


class Contradiction(Exception):
    """The acquirer says of an order what cannot follow from what it said before: people must look."""


def next_state(state: State, seen: Observation) -> State:
    """Where an observation leads. Raises Contradiction for a pair that the table does not have."""
    try:
        return MOVES[state][seen]
    except KeyError:
        raise Contradiction(f"{state} payment, {seen} order") from None
