"""What the holders of an account ask of a payment: how it stands; and who started it: to continue, to cancel."""

import logging
from datetime import datetime
from uuid import UUID

from services.contracts import payments as contract
from services.contracts.errors import ServiceError
from services.payments import repository
from services.payments.acquirer.port import AcquirerUnanswered
from services.payments.domain.machine import OPEN, State
from services.payments.handlers import views
from services.payments.handlers.desk import Desk
from services.payments.handlers.settle import look, settle
from services.payments.repository import Found

log = logging.getLogger(__name__)


def status(
    desk: Desk, request: contract.PaymentRequest, asker: UUID | None, now: datetime
) -> contract.Payment:
    """The payment, after the acquirer was asked when its outcome is open; its last known state without an answer.

    Co-holders of the account see how it stands, not its page, which shows the payer's e-mail (product A8).
    """
    found = _latest(desk, _of_account(desk, request), now)
    return views.payment(found) if _started_by(found, asker) else views.shared(found)


def continue_payment(
    desk: Desk, request: contract.PaymentRequest, asker: UUID | None, now: datetime
) -> contract.Payment:
    """The same page again, while nobody has begun to pay. Raises `payment_not_payable`, `forbidden`."""
    found = _latest(desk, _own(desk, request, asker), now)
    if not views.payable(found):
        raise ServiceError("payment_not_payable")
    return views.payment(found)


def cancel(
    desk: Desk, request: contract.PaymentRequest, asker: UUID | None, now: datetime
) -> contract.Payment:
    """Decline an order nobody has begun to pay, and let its status confirm it.

    The wish is kept first, so that the poller carries on with it. Raises `payment_not_cancellable`, `forbidden`,
    and `acquirer_unavailable` when the acquirer has not confirmed yet.
    """
    found = _own(desk, request, asker)
    if found.payment.state == State.CANCELLED:
        return views.payment(found)
    with desk.db.begin() as session:
        asked = repository.ask_to_cancel(session, found.payment.id)
    if not asked:
        raise ServiceError("payment_not_cancellable")
    try:
        found = settle(desk, found.payment.id, now)
    except AcquirerUnanswered as error:
        raise ServiceError("acquirer_unavailable", retry_after=5) from error
    if found.payment.state == State.AWAITING:
        raise ServiceError("acquirer_unavailable", retry_after=5)
    if found.payment.state != State.CANCELLED:
        raise ServiceError("payment_not_cancellable")
    return views.payment(found)


def _own(desk: Desk, request: contract.PaymentRequest, asker: UUID | None) -> Found:
    """The payment, if the asker started it; raises `forbidden` when another holder of the account did."""
    found = _of_account(desk, request)
    if not _started_by(found, asker):
        raise ServiceError("forbidden")
    return found


def _started_by(found: Found, asker: UUID | None) -> bool:
    return asker is not None and found.payment.user_id == asker


def _of_account(desk: Desk, request: contract.PaymentRequest) -> Found:
    """The payment, if it is of this account; otherwise it does not exist for the asker."""
    found = look(desk, request.payment_id)
    if found.payment.account != request.account:
        raise ServiceError("not_found")
    return found


def _latest(desk: Desk, found: Found, now: datetime) -> Found:
    if State(found.payment.state) not in OPEN:
        return found
    try:
        return settle(desk, found.payment.id, now, found)
    except (AcquirerUnanswered, ServiceError) as error:
        log.warning("status not learnt", extra={"payment_id": str(found.payment.id), "why": str(error)})
        return look(desk, found.payment.id)
