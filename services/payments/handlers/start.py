"""Starting a payment: check, keep, submit the reading, make the order; and doing it again under the same key."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from services.chassis import calls, crash
from services.chassis.remembered import remembered
from services.common.money import roubles
from services.contracts import billing, readings
from services.contracts import payments as contract
from services.contracts.errors import FieldError, ServiceError
from services.contracts.validation import invalid
from services.payments import repository
from services.payments.acquirer.port import AcquirerUnanswered
from services.payments.domain.machine import MAY_STILL_SUCCEED, State
from services.payments.handlers import views
from services.payments.handlers.advance import Leased, go_on
from services.payments.handlers.desk import Desk
from services.payments.handlers.ordering import new_order_number
from services.payments.handlers.settle import settle
from services.payments.models import Attempt, Payment
from services.payments.repository import Found

log = logging.getLogger(__name__)


def start(desk: Desk, request: contract.StartRequest, now: datetime) -> contract.Payment:
    """Begin a payment and give its page, once per idempotency key.

    Raises `invalid_request` (`amount`, `values.N`), `reading_needed`, `confirmation_needed`, `account_unknown`,
    `payment_in_progress` before anything is kept; `acquirer_unavailable` and `unavailable` after: the payment is
    remembered under its key, and a repeat goes on with it.
    """
    _check_amount(request.amount, desk.settings.max_amount)
    with desk.db.begin() as session:
        before = remembered(session, contract.START, request)
        earlier = [] if before else repository.open_of_account(session, request.account)
    if before:
        return _answer(desk, before.id, now)
    _look_at(desk, earlier, now)
    given = _check_reading(desk, request)
    snapshot_request = billing.SnapshotRequest(account=request.account, amount=request.amount)
    snapshot = desk.rpc.call(billing.PAYMENT_SNAPSHOT, snapshot_request)
    payment = _payment(desk, request, given, snapshot, now)
    attempt = Attempt(order_number=str(payment.order_number), payment_id=payment.id)
    leases: list[UUID] = []

    def keep(session: Session) -> contract.Payment:
        if repository.lock_open(session, request.account) & MAY_STILL_SUCCEED:
            raise ServiceError("payment_in_progress")
        leases.append(repository.add(session, payment, attempt, desk.settings.lease_seconds))
        return views.payment(Found(payment, attempt))

    reply = desk.db.once(contract.START, request, keep)
    crash.point("payments_after_t1")
    if not leases:
        # The same command, run twice at the same time: the other run is making the order.
        return _answer(desk, reply.id, now)
    return _paged(desk, Leased(Found(payment, attempt), leases[0], fresh=True), now)


def _answer(desk: Desk, payment_id: UUID, now: datetime) -> contract.Payment:
    """What became of a payment that was started before; it goes on where it was left."""
    try:
        return views.payment(settle(desk, payment_id, now))
    except AcquirerUnanswered as error:
        raise _unavailable(payment_id) from error


def _paged(desk: Desk, leased: Leased, now: datetime) -> contract.Payment:
    try:
        return views.payment(go_on(desk, leased, now))
    except AcquirerUnanswered as error:
        raise _unavailable(leased.payment.id) from error


def _unavailable(payment_id: UUID) -> ServiceError:
    return ServiceError("acquirer_unavailable", payment_id=str(payment_id), retry_after=5)


def _check_amount(amount: int, most: int) -> None:
    if amount > most:
        raise invalid("amount", "too_much", f"За один раз можно заплатить не больше {roubles(most)}.")


def _look_at(desk: Desk, earlier: Sequence[tuple[UUID, State]], now: datetime) -> None:
    """Learn how earlier payments stand before a new one is refused or allowed for their sake (product D5)."""
    for payment_id, state in earlier:
        if state is State.REGISTERING:
            continue
        try:
            settle(desk, payment_id, now)
        except AcquirerUnanswered:
            return


def _check_reading(desk: Desk, request: contract.StartRequest) -> dict[str, Any] | None:
    """The reading to be given with the payment; a refused one does not stop it (product C3)."""
    if request.values is None:
        state = desk.rpc.call(readings.METER_STATE, readings.AccountRequest(account=request.account))
        if state.input == "open":
            message = "Укажите показания."
            raise ServiceError(
                "reading_needed", [FieldError(field="values", code="missing", message=message)]
            )
        return None
    asked = readings.ReadingRequest(account=request.account, values=request.values, confirm=request.confirm)
    try:
        verdict = desk.rpc.call(readings.CHECK_READING, asked)
    except ServiceError as error:
        if error.code in ("no_meter", "automatic_meter"):
            return None
        raise
    if verdict.confirm:
        raise ServiceError(
            "confirmation_needed",
            doubts=list(verdict.doubts),
            confirm=verdict.confirm,
            messages=[verdict.message or ""],
        )
    return {"values": list(request.values), "confirm": request.confirm}


def _payment(
    desk: Desk,
    request: contract.StartRequest,
    given: dict[str, Any] | None,
    snapshot: billing.PaymentSnapshot,
    now: datetime,
) -> Payment:
    return Payment(
        id=uuid4(),
        account=request.account,
        user_id=calls.current().caller.user,
        channel="cabinet",
        amount=request.amount,
        refunded=0,
        state=State.REGISTERING.value,
        version=0,
        created_at=now,
        at=now,
        receipt_email=str(request.receipt_email),
        consent_at=now,
        consent_version=desk.settings.documents.find("personal_data").version,
        address=snapshot.address,
        bill_id=snapshot.bill_id,
        bill_period=snapshot.bill_period,
        main=snapshot.main,
        penalty=snapshot.penalty,
        over=snapshot.over,
        given=given,
        zones=[],
        kwh=[],
        order_number=new_order_number(),
        cancel_asked=False,
        polls=0,
    )
