"""Money that came and went: payments and refunds enter the ledger once."""

from datetime import datetime

from sqlalchemy.orm import Session

from services.billing.domain.ledger import payment_entries, refund_entries
from services.billing.repository import ledger
from services.contracts import payments


def post_payment(session: Session, event: payments.PaymentSucceeded, now: datetime) -> None:
    """A payment enters the ledger, once by its id, split as it was when it began."""
    for entry in payment_entries(
        event.payment_id, event.account, event.main, event.penalty, event.channel, event.paid_at
    ):
        ledger.post(session, entry, now)


def post_refund(session: Session, event: payments.PaymentRefunded, now: datetime) -> None:
    """A refund enters the ledger, once by its id, whether or not its payment has come."""
    main = event.amount - event.penalty
    for entry in refund_entries(
        event.refund_id,
        event.payment_id,
        event.account,
        main,
        event.penalty,
        event.channel,
        event.refunded_at,
    ):
        ledger.post(session, entry, now)
