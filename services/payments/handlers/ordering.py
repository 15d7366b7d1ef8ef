"""Making an order at the acquirer so that a lost answer never leaves two orders that can be paid."""

import logging
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from ulid import ULID

from services.chassis import calls
from services.payments import repository
from services.payments.acquirer.port import (
    TIMEOUT_SECONDS,
    AcquirerRefused,
    AcquirerUnanswered,
    NewOrder,
    OrderNumberUsed,
    Registered,
)
from services.payments.domain.machine import Observation, State, next_state
from services.payments.domain.order import Expected, Observed, observe
from services.payments.handlers.desk import Desk
from services.payments.models import Payment

log = logging.getLogger(__name__)
_TRIES: Final = 3


def new_order_number() -> str:
    return str(ULID())


def make_order(
    desk: Desk, payment: Payment, lease: UUID, *, fresh: bool, wanted: bool
) -> tuple[str, Registered | Observed]:
    """The order number and its page, or what was learnt of the order instead. Raises AcquirerUnanswered.

    Unless `fresh`, an order under this number may exist with its page lost: it is looked up first, declined,
    and replaced under another number. An absent one is made under the same number: should a first request still
    be on its way, the acquirer refuses the second of the two. When it is no longer `wanted`, none is made.
    """
    number = str(payment.order_number)
    for _ in range(_TRIES):
        if not fresh:
            seen = _close(desk, payment, number)
            if next_state(State.REGISTERING, seen.observation) is not State.REGISTERING:
                return number, seen
            if not wanted:
                return number, Observed(Observation.NOT_REGISTERED, reason="expired")
            if seen.observation is not Observation.ABSENT:
                number = _another_attempt(desk, payment, lease)
        fresh = False
        try:
            _in_time()
            return number, desk.acquirer.register(_order(desk, payment, number))
        except OrderNumberUsed:
            log.warning("order number is taken", extra={"payment_id": str(payment.id)})
        except AcquirerRefused as error:
            return number, Observed(Observation.NOT_REGISTERED, reason=f"register:{error.code}")
        except AcquirerUnanswered as error:
            log.warning("register unanswered", extra={"payment_id": str(payment.id), "why": str(error)})
    raise AcquirerUnanswered("the order could not be made")


def _close(desk: Desk, payment: Payment, number: str) -> Observed:
    """Make sure that an order whose page nobody has cannot be paid; tells what the order is then."""
    expected = Expected(number, payment.amount, declined_by_us=True)
    _in_time()
    seen = observe(desk.acquirer.status(number), expected)
    if seen.observation is not Observation.CREATED:
        return seen
    try:
        desk.acquirer.decline(number)
    except AcquirerRefused as error:
        log.warning("lost order not declined", extra={"order_number": number, "error_code": error.code})
    seen = observe(desk.acquirer.status(number), expected)
    if seen.observation is Observation.CREATED:
        raise AcquirerUnanswered("the lost order is still open")
    return seen


def _another_attempt(desk: Desk, payment: Payment, lease: UUID) -> str:
    number = new_order_number()
    with desk.db.begin() as session:
        if not repository.keep(session, payment.id, lease, {"order_number": number}):
            raise AcquirerUnanswered("another process makes this order")
        repository.open_attempt(session, number, payment.id)
    return number


def _order(desk: Desk, payment: Payment, number: str) -> NewOrder:
    """No personal data but the account number goes to the acquirer (`domain.md` 1.3)."""
    settings = desk.settings
    joint = "&" if "?" in settings.return_url else "?"
    return NewOrder(
        order_number=number,
        amount=payment.amount,
        description=f"Оплата электроэнергии, л/с {payment.account}",
        return_url=f"{settings.return_url}{joint}{urlencode({'payment': str(payment.id)})}",
        account=payment.account,
        lifetime_seconds=settings.order_lifetime,
        callback_url=settings.callback_url,
    )


def _in_time() -> None:
    """Ask only what our caller can still wait for."""
    if calls.current().remaining() < TIMEOUT_SECONDS / 2:
        raise AcquirerUnanswered("no time left")
