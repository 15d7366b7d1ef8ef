"""The facts a payment tells when it moves; ids are derived, so that one fact has one id however often it is told."""

from datetime import datetime
from typing import Final, cast
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from services.chassis.outbox import emit
from services.common.money import roubles
from services.common.russian import date_time
from services.contracts import payments as contract
from services.contracts.letters import LetterWanted
from services.contracts.readings import Zone
from services.payments.domain import words
from services.payments.domain.refund import penalty_back
from services.payments.models import Attempt, Payment

_NAMESPACE: Final = UUID("b3a0b4f2-3a0e-4f55-8f0c-3f1f6f0a9d31")


def fact_id(payment_id: UUID, fact: str) -> UUID:
    """The id of a payment's fact: `succeeded`, `failed`, `letter`, `refund:<kopecks refunded so far>`."""
    return uuid5(_NAMESPACE, f"{payment_id}:{fact}")


def tell_success(session: Session, payment: Payment, attempt: Attempt, paid_at: datetime) -> None:
    """The money is taken: billing posts it, and the receipt goes to the address chosen on the pay screen."""
    fact = contract.PaymentSucceeded(
        payment_id=payment.id,
        account=payment.account,
        amount=payment.amount,
        currency="643",
        paid_at=paid_at,
        channel=cast(contract.Channel, payment.channel),
        order_number=attempt.order_number,
        acquirer_order_id=attempt.acquirer_order_id or "",
        reading_id=payment.reading_id,
        zones=cast(list[Zone], payment.zones),
        values=payment.kwh,
        main=payment.main,
        penalty=payment.penalty,
    )
    emit(session, contract.PAYMENT_SUCCEEDED, fact, event_id=fact_id(payment.id, "succeeded"))
    if payment.receipt_email:
        letter = _receipt(payment, payment.receipt_email, paid_at)
        emit(session, contract.LETTER_WANTED, letter, event_id=fact_id(payment.id, "letter wanted"))


def tell_failure(session: Session, payment: Payment, now: datetime) -> None:
    """The money is surely not taken."""
    fact = contract.PaymentFailed(
        payment_id=payment.id,
        account=payment.account,
        amount=payment.amount,
        reason=payment.reason or payment.state,
        failed_at=now,
    )
    emit(session, contract.PAYMENT_FAILED, fact, event_id=fact_id(payment.id, "failed"))


def tell_refund(session: Session, payment: Payment, total: int, now: datetime) -> None:
    """Money went back: the difference between what is refunded in total now and what was told before."""
    now_back, told_back = (
        penalty_back(kopecks, payment.over, payment.penalty) for kopecks in (total, payment.refunded)
    )
    refund_id = fact_id(payment.id, f"refund:{total}")
    fact = contract.PaymentRefunded(
        payment_id=payment.id,
        refund_id=refund_id,
        account=payment.account,
        amount=total - payment.refunded,
        penalty=now_back - told_back,
        refunded_at=now,
        channel=cast(contract.Channel, payment.channel),
    )
    emit(session, contract.PAYMENT_REFUNDED, fact, event_id=fact_id(payment.id, f"refunded:{total}"))


def _receipt(payment: Payment, recipient: str, paid_at: datetime) -> LetterWanted:
    return LetterWanted(
        letter_id=fact_id(payment.id, "letter"),
        template="receipt",
        recipient=recipient,
        user=payment.user_id,
        params={
            "amount": roubles(payment.amount),
            "paid_at": date_time(paid_at),
            "payment_id": str(payment.id),
            "account": payment.account,
            "address": payment.address,
            "readings": words.readings(payment.zones, payment.kwh),
        },
    )
