"""The acquirer's callback: a signed hint to ask for a status, and nothing more (product D4)."""

import logging
from datetime import datetime
from uuid import UUID

from services.contracts import payments as contract
from services.contracts.base import Done
from services.contracts.errors import ServiceError
from services.payments import metrics, repository
from services.payments.acquirer.checksum import signed
from services.payments.acquirer.port import AcquirerUnanswered
from services.payments.handlers.desk import Desk
from services.payments.handlers.settle import settle

log = logging.getLogger(__name__)


def callback(desk: Desk, request: contract.CallbackRequest, now: datetime) -> Done:
    """Raises `callback_refused` for a wrong checksum; `acquirer_unavailable` lets the acquirer call once more.

    An unknown order is answered like a known one: the sender learns nothing, and need not repeat.
    """
    if not signed(request.parameters, desk.settings.callback_secret.get_secret_value()):
        metrics.CALLBACKS.labels("refused").inc()
        log.warning("callback with a wrong checksum")
        raise ServiceError("callback_refused")
    payment_id = _payment_of(desk, request)
    if payment_id is None:
        metrics.CALLBACKS.labels("unknown_order").inc()
        log.warning("callback for an order that is not ours")
        return Done()
    try:
        settle(desk, payment_id, now)
    except AcquirerUnanswered as error:
        metrics.CALLBACKS.labels("unanswered").inc()
        with desk.db.begin() as session:
            # Also for a payment that has ended, e.g. a refund: otherwise nobody would ask again.
            repository.ask_again(session, payment_id, desk.settings.poll_interval)
        raise ServiceError("acquirer_unavailable") from error
    metrics.CALLBACKS.labels("settled").inc()
    return Done()


def _payment_of(desk: Desk, request: contract.CallbackRequest) -> UUID | None:
    """By our order number; the acquirer's own id must agree once we know it (the callback may come first)."""
    with desk.db.begin() as session:
        attempt = repository.by_order(session, request.parameters.get("orderNumber", ""))
    if attempt is None:
        return None
    known, told = attempt.acquirer_order_id, request.parameters.get("mdOrder")
    return None if known and told and known != told else attempt.payment_id
