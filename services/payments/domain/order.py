"""What the acquirer says of an order, and what that means for the payment it was made for."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.payments.domain.machine import Observation

CURRENCY: Final = "643"
OUTCOME_UNKNOWN: Final = frozenset({-30001, 90, 1120, 151019, -2027})
"""actionCodes after which the transfer may still have happened (`domain.md` 1.6)."""
TIME_RAN_OUT: Final = frozenset({-2007, -2014, -2009})


@dataclass(frozen=True)
class OrderStatus:
    """The acquirer's answer about one order, kopecks and UTC; `deposited` is None where it does not say."""

    order_number: str
    status: int
    action_code: int
    amount: int
    currency: str
    deposited: int | None = None
    refunded: int = 0
    deposited_at: datetime | None = None


@dataclass(frozen=True)
class Expected:
    """What the order must be, were it ours."""

    order_number: str
    amount: int
    declined_by_us: bool = False


@dataclass(frozen=True)
class Observed:
    """An observation with what it carries: the total refunded so far, when it was paid, and why it failed."""

    observation: Observation
    refunded: int = 0
    paid_at: datetime | None = None
    reason: str | None = None


def observe(order: OrderStatus | None, expected: Expected) -> Observed:
    """Compare an answer with what we asked for (`domain.md` 1.4); None means that the order is not known."""
    if order is None:
        return Observed(Observation.ABSENT)
    if wrong := _differences(order, expected):
        return Observed(Observation.MISMATCH, reason=f"mismatch:{','.join(wrong)}")
    match order.status:
        case 1:
            return Observed(Observation.HELD)
        case 2 | 4 if order.refunded:
            return _refunded(order)
        case 2:
            return Observed(Observation.PAID, paid_at=order.deposited_at)
        case 3:
            return Observed(Observation.REVERSED, order.amount, order.deposited_at, "reversed")
    return _not_paid(order, expected)


def _not_paid(order: OrderStatus, expected: Expected) -> Observed:
    if order.action_code in OUTCOME_UNKNOWN or order.status not in (0, 5, 6, 7):
        return Observed(Observation.UNCLEAR)
    if order.status != 6:
        return Observed(Observation.AUTHENTICATING if order.status == 5 else Observation.CREATED)
    if expected.declined_by_us:
        return Observed(Observation.DECLINED_BY_US, reason="cancelled")
    reason = f"declined:{order.action_code}"
    expired = order.action_code in TIME_RAN_OUT
    return Observed(Observation.EXPIRED if expired else Observation.DECLINED, reason=reason)


def _refunded(order: OrderStatus) -> Observed:
    part = order.refunded < order.amount
    seen = Observation.REFUNDED_PART if part else Observation.REFUNDED_FULL
    return Observed(seen, order.refunded, order.deposited_at)


def _differences(order: OrderStatus, expected: Expected) -> list[str]:
    """Names of what is not ours. A refund may lower the deposited amount, so it is compared only before one."""
    checks = {
        "order_number": order.order_number == expected.order_number,
        "amount": order.amount == expected.amount,
        "currency": order.currency == CURRENCY,
        "deposited": order.status != 2 or order.refunded or order.deposited in (None, expected.amount),
        "refunded": 0 <= order.refunded <= expected.amount and (order.status != 4 or order.refunded > 0),
    }
    return [name for name, same in checks.items() if not same]
