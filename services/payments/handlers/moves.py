"""The only place that moves a payment: by the machine's table, in the transaction that tells the fact."""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from services.chassis import crash
from services.payments import metrics, repository
from services.payments.domain.machine import (
    OPEN,
    TAKEN,
    UNTAKEN,
    Contradiction,
    Observation,
    State,
    next_state,
)
from services.payments.domain.order import Observed
from services.payments.handlers import facts
from services.payments.models import Payment
from services.payments.repository import Found

log = logging.getLogger(__name__)


def news(payment: Payment, seen: Observed) -> bool:
    """Is there anything to write? A payment still scheduled although it has ended is taken off the schedule."""
    try:
        moves = next_state(State(payment.state), seen.observation) != payment.state
    except Contradiction:
        return True
    return moves or seen.refunded > payment.refunded or _overscheduled(payment)


def move(session: Session, found: Found, seen: Observed, poll_in: float, now: datetime) -> None:
    """Apply an observation to a payment that this transaction has locked, and tell what became true."""
    payment, old = found.payment, State(found.payment.state)
    if _overscheduled(payment):
        payment.next_poll_at = None
    try:
        new = next_state(old, seen.observation)
    except Contradiction:
        metrics.CONTRADICTIONS.inc()
        log.error(
            "the acquirer contradicts itself",
            extra={"payment_id": str(payment.id), "state": old, "observation": seen.observation},
        )
        return
    if new == old and seen.refunded <= payment.refunded:
        return
    _enter(payment, new, seen, poll_in)
    if new in TAKEN:
        _taken(session, found, old, seen, now)
    elif new in UNTAKEN:
        facts.tell_failure(session, payment, now)
    if new not in OPEN and payment.user_id is None:
        # Whoever paid has deleted the profile meanwhile: the receipt is on its way, and needs no address any more.
        payment.receipt_email = None
    session.flush()
    crash.point("payments_before_fact")


def _enter(payment: Payment, new: State, seen: Observed, poll_in: float) -> None:
    log.info("payment moved", extra={"payment_id": str(payment.id), "from": payment.state, "to": new})
    if seen.observation is Observation.MISMATCH:
        metrics.MISMATCHES.inc()
        log.error("the order is not ours", extra={"payment_id": str(payment.id), "reason": seen.reason})
    metrics.MOVES.labels(new).inc()
    payment.state = new
    if new in OPEN:
        # Somebody has begun to pay: the wish to cancel was answered, and is not carried on with later.
        payment.cancel_asked = False
    payment.version += 1
    payment.reason = seen.reason
    payment.polls = 0
    payment.moved_at = repository.soon(0)
    payment.next_poll_at = repository.soon(poll_in) if new in OPEN else None


def _taken(session: Session, found: Found, old: State, seen: Observed, now: datetime) -> None:
    payment = found.payment
    if old in OPEN and found.attempt:
        payment.paid_at = payment.at = seen.paid_at or now
        facts.tell_success(session, payment, found.attempt, payment.paid_at)
    if seen.refunded > payment.refunded:
        facts.tell_refund(session, payment, seen.refunded, now)
        payment.refunded = seen.refunded


def _overscheduled(payment: Payment) -> bool:
    return payment.next_poll_at is not None and payment.state not in OPEN
