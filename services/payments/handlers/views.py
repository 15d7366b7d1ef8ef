"""A kept payment as its payer and the other holders of the account see it."""

from typing import cast

from services.contracts import payments as contract
from services.payments.domain import words
from services.payments.domain.machine import State
from services.payments.repository import Found


def payment(found: Found) -> contract.Payment:
    """The page is shown only while it can be paid, and not after the person asked to cancel."""
    kept, attempt = found.payment, found.attempt
    return contract.Payment(
        id=kept.id,
        account=kept.account,
        state=cast(contract.State, kept.state),
        amount=kept.amount,
        refunded=kept.refunded,
        created_at=kept.created_at,
        paid_at=kept.paid_at,
        form_url=attempt.form_url if attempt and payable(found) else None,
        message=words.message(State(kept.state), kept.reason),
    )


def shared(found: Found) -> contract.Payment:
    """As other holders of the account see it: without the page, which shows the payer's e-mail."""
    return payment(found).model_copy(update={"form_url": None})


def payable(found: Found) -> bool:
    return found.payment.state == State.AWAITING and not found.payment.cancel_asked
