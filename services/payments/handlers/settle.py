"""Where callback, return and poller all lead: ask the acquirer, compare, move the payment, tell the fact."""

import logging
from datetime import datetime
from typing import Final
from uuid import UUID

from services.chassis.concurrently import concurrently
from services.contracts.errors import ServiceError
from services.payments import metrics, repository
from services.payments.acquirer.port import AcquirerRefused, AcquirerUnanswered
from services.payments.domain.machine import OPEN, State
from services.payments.domain.order import Expected, Observed, observe
from services.payments.handlers import moves
from services.payments.handlers.advance import advance
from services.payments.handlers.desk import Desk, attempt_of
from services.payments.repository import Found

log = logging.getLogger(__name__)
_TURNS: Final = 3
_NEVER_ASKED: Final = frozenset({State.QUARANTINED})


def settle(desk: Desk, payment_id: UUID, now: datetime, seen_as: Found | None = None) -> Found:
    """Learn what became of a payment, exactly once under any concurrency; raises AcquirerUnanswered.

    An answer is applied only to the version of the payment that it was asked for: when another observer has
    moved the payment meanwhile, the acquirer is asked again rather than an old answer believed. `seen_as` is the
    payment when the caller has just looked.
    """
    for _ in range(_TURNS):
        found, seen_as = seen_as or look(desk, payment_id), None
        state = State(found.payment.state)
        if state is State.REGISTERING:
            return advance(desk, payment_id, now)
        if state in _NEVER_ASKED or found.attempt is None:
            return found
        seen = _ask(desk, found)
        if not moves.news(found.payment, seen):
            return found
        with desk.db.begin() as session:
            locked = repository.locked(session, payment_id, found.payment.version)
            if locked:
                moves.move(session, locked, seen, desk.settings.poll_interval, now)
                return locked
    return look(desk, payment_id)


def look(desk: Desk, payment_id: UUID) -> Found:
    """The payment as it is kept; raises ServiceError `not_found`."""
    with desk.db.begin() as session:
        found = repository.found(session, payment_id)
    if found is None:
        raise ServiceError("not_found")
    return found


def _ask(desk: Desk, found: Found) -> Observed:
    payment, attempt = found.payment, attempt_of(found)
    if payment.cancel_asked and payment.state == State.AWAITING:
        try:
            desk.acquirer.decline(attempt.order_number, attempt.acquirer_order_id)
        except AcquirerRefused as error:
            # Somebody has begun to pay, or it is over already: the status tells which.
            log.info("order not declined", extra={"payment_id": str(payment.id), "error_code": error.code})
    expected = Expected(attempt.order_number, payment.amount, payment.cancel_asked)
    return observe(desk.acquirer.status(attempt.order_number, attempt.acquirer_order_id), expected)


def poll(desk: Desk, now: datetime) -> None:
    """Ask for every open order whose turn has come, a bounded batch, each on its own."""
    with desk.db.begin() as session:
        due = repository.claim_due(session, desk.pace, desk.settings.poll_batch)

    def one(payment_id: UUID) -> None:
        try:
            settle(desk, payment_id, now)
        except (AcquirerUnanswered, ServiceError) as error:
            log.info("payment stays open", extra={"payment_id": str(payment_id), "why": str(error)})

    concurrently(one, due, desk.settings.poll_at_once)


def measure(desk: Desk) -> None:
    """Payments by state, and the age of the oldest whose outcome is unknown."""
    with desk.db.begin() as session:
        watched = {line.state: line for line in repository.watched(session)}
    for state in (*sorted(OPEN), State.QUARANTINED):
        metrics.PAYMENTS.labels(state).set(watched[state].count if state in watched else 0)
    unknown = watched.get(State.UNKNOWN)
    metrics.OLDEST_UNKNOWN.set(unknown.oldest if unknown else 0)
