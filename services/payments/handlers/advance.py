"""From a kept payment to the page it can be paid at: every step may be repeated, by whoever comes next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from services.chassis import crash
from services.common.clock import real_now
from services.contracts import readings
from services.contracts.errors import ServiceError
from services.payments import metrics, repository
from services.payments.acquirer.port import AcquirerUnanswered, Registered
from services.payments.domain.machine import Observation, State, next_state
from services.payments.domain.order import Observed
from services.payments.handlers import moves
from services.payments.handlers.desk import Desk
from services.payments.handlers.ordering import make_order
from services.payments.models import Payment
from services.payments.repository import Found, Made

_WITHOUT_READING: Final = frozenset({"no_meter", "automatic_meter"})
"""The meter went away between the check and the submission: the payment carries no reading then (product D1)."""
_UNPAYABLE: Final = frozenset({"invalid_request", "confirmation_needed", "account_unknown"})
"""What was checked does not hold any more; no order was made, so the payment ends and the person starts again."""
_FREE: Final[dict[str, Any]] = {"lease": None, "leased_until": None}


@dataclass(frozen=True)
class Leased:
    """A payment whose order this process alone is making; `fresh` when none can have been asked for yet."""

    found: Found
    lease: UUID
    fresh: bool = False

    @property
    def payment(self) -> Payment:
        return self.found.payment


def advance(desk: Desk, payment_id: UUID, now: datetime) -> Found:
    """Go on with a payment that was left on the way to its page; one that somebody else is at is left alone.

    Raises as `go_on`.
    """
    with desk.db.begin() as session:
        lease = repository.take(session, payment_id, desk.settings.lease_seconds)
        found = repository.found(session, payment_id)
    if found is None:
        raise ServiceError("not_found")
    return go_on(desk, Leased(found, lease), now) if lease else found


def go_on(desk: Desk, leased: Leased, now: datetime) -> Found:
    """Submit the reading, make the order, keep its page (T2).

    What a crash leaves behind is found again: the reading by its key, the order by its number. Raises
    AcquirerUnanswered, and ServiceError of readings; the payment is then given back for another try.
    """
    columns: dict[str, Any] = {}
    try:
        columns = _submit_reading(desk, leased.payment)
        crash.point("payments_after_reading")
        wanted = leased.fresh or not _forgotten(desk, leased.payment)
        number, made = make_order(desk, leased.payment, leased.lease, fresh=leased.fresh, wanted=wanted)
        crash.point("payments_after_register")
    except ServiceError as error:
        if error.code in _UNPAYABLE:
            seen = Observed(Observation.NOT_REGISTERED, reason=f"reading:{error.code}")
            _end(desk, leased, seen, columns, now)
        else:
            _give_back(desk, leased, columns)
        raise
    except AcquirerUnanswered:
        _give_back(desk, leased, columns)
        raise
    if isinstance(made, Observed):
        return _end(desk, leased, made, columns, now)
    return _keep_page(desk, leased, number, made, columns)


def _submit_reading(desk: Desk, payment: Payment) -> dict[str, Any]:
    """The reading as columns of the payment; nothing when there is none, or it is kept already."""
    if payment.given is None or payment.reading_id:
        return {}
    request = readings.SubmitRequest(
        account=payment.account,
        values=payment.given["values"],
        confirm=payment.given["confirm"],
        payment_id=payment.id,
    )
    try:
        reading = desk.rpc.call(readings.SUBMIT_READING, request, key=f"{payment.id}:reading")
    except ServiceError as error:
        if error.code in _WITHOUT_READING:
            return {"given": None}
        raise
    return {"reading_id": reading.id, "zones": list(reading.zones), "kwh": reading.values}


def _forgotten(desk: Desk, payment: Payment) -> bool:
    """Nobody waits for this payment any more: no new order is made for it."""
    return real_now() - payment.moved_at > timedelta(seconds=desk.settings.order_lifetime)


def _give_back(desk: Desk, leased: Leased, columns: dict[str, Any]) -> None:
    with desk.db.begin() as session:
        again = repository.soon(desk.settings.poll_interval)
        changes = columns | _FREE | {"next_poll_at": again}
        repository.keep(session, leased.payment.id, leased.lease, changes)


def _keep_page(desk: Desk, leased: Leased, number: str, made: Registered, columns: dict[str, Any]) -> Found:
    state = next_state(State.REGISTERING, Observation.REGISTERED)
    page = Made(leased.payment.id, state, number, made.order_id, made.form_url)
    with desk.db.begin() as session:
        kept = repository.keep_page(session, page, leased.lease, desk.settings.poll_interval, columns | _FREE)
    if kept is None:
        # Whoever holds the lease now has found our order by its number, and declined it.
        raise AcquirerUnanswered("another process makes this order")
    metrics.MOVES.labels(state).inc()
    return kept


def _end(desk: Desk, leased: Leased, seen: Observed, columns: dict[str, Any], now: datetime) -> Found:
    """The order's fate was learnt instead of its page: the machine decides."""
    with desk.db.begin() as session:
        kept = repository.keep(session, leased.payment.id, leased.lease, columns | _FREE)
        locked = repository.locked(session, leased.payment.id, leased.payment.version)
        if kept and locked:
            moves.move(session, locked, seen, desk.settings.poll_interval, now)
    if locked is None or not kept:
        raise AcquirerUnanswered("another process makes this order")
    return locked
