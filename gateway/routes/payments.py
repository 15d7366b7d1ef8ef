"""Paying: start, status, continue, cancel, the history, receipts, and the acquirer's callback."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import EmailStr, Field, ValidationError

from gateway.errors import problems
from gateway.routes.common import Body, IdempotencyKey, TheBus, Trace
from gateway.routes.files import ABSENCE, Paper, drawing, file_responses, sent
from gateway.security import MyAccount
from services.common.clock import moscow_date
from services.contracts import billing, bills, payments, readings
from services.contracts.base import Day, Done, PositiveKopecks
from services.contracts.errors import ServiceError

router = APIRouter(prefix="/api/v1/accounts/{account}/payments", tags=["payments"])
callbacks = APIRouter(prefix="/api/v1/acquirer", tags=["acquirer"])
_OWN = ("unauthenticated", "session_ended", "account_unknown", "account_frozen")
_ONE = (*_OWN, "not_found")


class PaymentBody(Body):
    """Pay `amount` kopecks with the meter's values; `receipt_email` gets the receipt."""

    amount: PositiveKopecks
    values: readings.Values | None = None
    confirm: Annotated[str, Field(max_length=500)] | None = None
    receipt_email: EmailStr
    consent: Literal[True]


@router.post(
    "",
    operation_id="start_payment",
    status_code=201,
    responses={
        **problems(
            *_OWN,
            "csrf_failed",
            "reading_needed",
            "confirmation_needed",
            "payment_in_progress",
            "acquirer_unavailable",
            "idempotency_key_missing",
            "idempotency_conflict",
        )
    },
)
async def start_payment(
    mine: MyAccount, body: PaymentBody, key: IdempotencyKey, bus: TheBus
) -> payments.Payment:
    """Starts a payment; the customer goes on at `form_url`, the bank's page."""
    request = payments.StartRequest(account=mine.number, **body.model_dump())
    return await bus.call(payments.START, request, caller=mine.caller, key=key, traceparent=mine.traceparent)


@router.get("", operation_id="payment_history", responses={**problems(*_OWN)})
async def payment_history(
    mine: MyAccount,
    bus: TheBus,
    from_date: Annotated[Day | None, Query()] = None,
    to_date: Annotated[Day | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> payments.History:
    """Payments of every channel and readings given without one; the last three months by default."""
    request = payments.HistoryRequest(account=mine.number, from_date=from_date, to_date=to_date, limit=limit)
    return await bus.call(payments.HISTORY, request, caller=mine.caller, traceparent=mine.traceparent)


@router.get("/{payment_id}", operation_id="payment_status", responses={**problems(*_ONE)})
async def payment_status(mine: MyAccount, payment_id: UUID, bus: TheBus) -> payments.Payment:
    """The payment now; while its outcome is open the acquirer is asked first."""
    request = payments.PaymentRequest(account=mine.number, payment_id=payment_id)
    return await bus.call(payments.STATUS, request, caller=mine.caller, traceparent=mine.traceparent)


@router.post(
    "/{payment_id}/continue",
    operation_id="continue_payment",
    responses={**problems(*_ONE, "csrf_failed", "forbidden", "payment_not_payable", "acquirer_unavailable")},
)
async def continue_payment(mine: MyAccount, payment_id: UUID, bus: TheBus) -> payments.Payment:
    """The same bank page again, for an order that nobody began to pay; only for who started it."""
    request = payments.PaymentRequest(account=mine.number, payment_id=payment_id)
    return await bus.call(payments.CONTINUE, request, caller=mine.caller, traceparent=mine.traceparent)


@router.post(
    "/{payment_id}/cancel",
    operation_id="cancel_payment",
    responses={
        **problems(*_ONE, "csrf_failed", "forbidden", "payment_not_cancellable", "acquirer_unavailable")
    },
)
async def cancel_payment(mine: MyAccount, payment_id: UUID, bus: TheBus) -> payments.Payment:
    """Cancels an order that nobody began to pay; only who started it may."""
    request = payments.PaymentRequest(account=mine.number, payment_id=payment_id)
    return await bus.call(payments.CANCEL, request, caller=mine.caller, traceparent=mine.traceparent)


@router.get(
    "/{payment_id}/receipt",
    operation_id="payment_receipt",
    responses={**problems(*_ONE, "forbidden")},
)
async def payment_receipt(mine: MyAccount, payment_id: UUID, bus: TheBus) -> payments.Receipt:
    """The receipt of a payment whose money was taken, refunded ones too; for who made it only."""
    request = payments.PaymentRequest(account=mine.number, payment_id=payment_id)
    return await bus.call(payments.RECEIPT, request, caller=mine.caller, traceparent=mine.traceparent)


@router.get(
    "/{payment_id}/receipt/document",
    operation_id="payment_receipt_document",
    response_class=Response,
    responses={**problems(*_ONE, "forbidden", ABSENCE), **file_responses("pdf", "png")},
)
async def payment_receipt_document(
    mine: MyAccount,
    payment_id: UUID,
    bus: TheBus,
    request: Request,
    format: Annotated[bills.Format, Query()] = "pdf",
    download: Annotated[bool, Query(description="As an attachment, to be saved")] = False,
) -> Response:
    """The receipt as PDF or as a picture, cached by content as bills are."""
    receipt = await payment_receipt(mine, payment_id, bus)
    wanted = bills.ReceiptRequest(
        payment_id=receipt.payment_id,
        account=receipt.account,
        address=receipt.address,
        paid_at=receipt.paid_at,
        amount=receipt.amount,
        refunded=receipt.refunded,
        order_number=receipt.order_number,
        status=receipt.status,
        readings=[
            bills.ReceiptLine(zone=zone, kwh=kwh)
            for zone, kwh in zip(receipt.zones, receipt.values, strict=True)
        ],
        format=format,
    )
    async with drawing():
        document = await bus.call(
            billing.RECEIPT_DOCUMENT, wanted, caller=mine.caller, traceparent=mine.traceparent
        )
    day = moscow_date(receipt.paid_at)
    return await sent(request, document, Paper(f"kvitanciya-{day}-{mine.number}", format, download))


@callbacks.get("/callback", operation_id="acquirer_callback", responses={**problems("callback_refused")})
async def acquirer_callback(request: Request, bus: TheBus, trace: Trace) -> Done:
    """The bank's notification: believed only as a reason to ask the status."""
    return await _callback(dict(request.query_params), bus, trace)


@callbacks.post(
    "/callback", operation_id="acquirer_callback_post", responses={**problems("callback_refused")}
)
async def acquirer_callback_post(request: Request, bus: TheBus, trace: Trace) -> Done:
    """The same, sent as a form."""
    form = await request.form()
    return await _callback({name: str(value) for name, value in form.items()}, bus, trace)


async def _callback(parameters: dict[str, str], bus: TheBus, trace: str) -> Done:
    try:
        asked = payments.CallbackRequest(parameters=parameters)
    except ValidationError as error:
        raise ServiceError("callback_refused") from error
    return await bus.call(payments.CALLBACK, asked, traceparent=trace)
