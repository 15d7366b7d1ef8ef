"""The chart of a household's ledger and the postings that facts make."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID, uuid5

Side = Literal["receivable", "opening", "acquirer", "bank", "post", "other"]
"""`receivable` is what the household owes; `opening` the registry's balance; the rest are channels of money."""

CHANNELS: Final[dict[str, Side]] = {"cabinet": "acquirer", "bank": "bank", "post": "post", "other": "other"}
_NAMESPACE: Final = UUID("6f0f3ad5-5c55-4c55-9d3c-6c1d0c7c2f5e")


@dataclass(frozen=True)
class Entry:
    """A posting to be written: kopecks from `credit` to `debit`."""

    id: UUID
    account: str
    debit: Side
    credit: Side
    amount: int
    source: str
    reverses: UUID | None
    occurred_at: datetime


def payment_posting_id(payment_id: UUID) -> UUID:
    """The id of a payment's posting, known before the payment's event has come."""
    return uuid5(_NAMESPACE, f"payment:{payment_id}")


def payment_entry(payment_id: UUID, account: str, amount: int, channel: str, paid_at: datetime) -> Entry:
    """Money received lowers what the household owes."""
    return Entry(
        payment_posting_id(payment_id),
        account,
        debit=CHANNELS[channel],
        credit="receivable",
        amount=amount,
        source=f"payment:{payment_id}",
        reverses=None,
        occurred_at=paid_at,
    )


def refund_entry(
    refund_id: UUID, payment_id: UUID, account: str, amount: int, channel: str, refunded_at: datetime
) -> Entry:
    """Money given back raises it again; the payment's own event may still be on its way."""
    return Entry(
        uuid5(_NAMESPACE, f"refund:{refund_id}"),
        account,
        debit="receivable",
        credit=CHANNELS[channel],
        amount=amount,
        source=f"refund:{refund_id}",
        reverses=payment_posting_id(payment_id),
        occurred_at=refunded_at,
    )
