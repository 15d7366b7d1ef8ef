"""The chart of a household's ledger and the postings that facts make."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID, uuid5

from services.common.period import Period

Side = Literal[
    "receivable",
    "penalty_receivable",
    "opening",
    "charges",
    "penalties",
    "acquirer",
    "bank",
    "post",
    "other",
]
"""`receivable` is what the household owes, `penalty_receivable` the penalty apart; `opening` the registry's balance,
`charges` and `penalties` what was asked; the rest are channels of money."""

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


def penalty_posting_id(payment_id: UUID) -> UUID:
    """The same of the part that went to the penalty."""
    return uuid5(_NAMESPACE, f"penalty-payment:{payment_id}")


def penalty_part(amount: int, balance: int, penalty: int) -> int:
    """What of a payment goes to the penalty: the main debt is settled first, an overpayment stays with it.

    No law puts the penalty before the principal (ГК РФ ст. 319 speaks of interest for use only).
    """
    return max(min(amount - max(balance, 0), penalty), 0)


def payment_entries(
    payment_id: UUID, account: str, main: int, penalty: int, channel: str, paid_at: datetime
) -> list[Entry]:
    """Money received lowers what the household owes: the main debt, and the penalty apart."""
    parts: list[tuple[UUID, Side, int, str]] = [
        (payment_posting_id(payment_id), "receivable", main, f"payment:{payment_id}"),
        (
            penalty_posting_id(payment_id),
            "penalty_receivable",
            penalty,
            f"penalty-payment:{payment_id}",
        ),
    ]
    return [
        Entry(
            entry_id,
            account,
            debit=CHANNELS[channel],
            credit=side,
            amount=amount,
            source=source,
            reverses=None,
            occurred_at=paid_at,
        )
        for entry_id, side, amount, source in parts
        if amount
    ]


def refund_entries(
    refund_id: UUID,
    payment_id: UUID,
    account: str,
    main: int,
    penalty: int,
    channel: str,
    refunded_at: datetime,
) -> list[Entry]:
    """Money given back raises what is owed again; the payment's own event may still be on its way."""
    parts: list[tuple[str, Side, int, UUID]] = [
        ("refund", "receivable", main, payment_posting_id(payment_id)),
        ("penalty-refund", "penalty_receivable", penalty, penalty_posting_id(payment_id)),
    ]
    return [
        Entry(
            uuid5(_NAMESPACE, f"{kind}:{refund_id}"),
            account,
            debit=side,
            credit=CHANNELS[channel],
            amount=amount,
            source=f"{kind}:{refund_id}",
            reverses=reverses,
            occurred_at=refunded_at,
        )
        for kind, side, amount, reverses in parts
        if amount
    ]


def charge_id(account: str, period: Period) -> UUID:
    """The charge of an account for a period: one, however often a closing is repeated."""
    return uuid5(_NAMESPACE, f"charge:{account}:{period}")


def bill_id(account: str, period: Period) -> UUID:
    return uuid5(_NAMESPACE, f"bill:{account}:{period}")


def charge_entries(
    charge: UUID, account: str, charged: int, recalculated: int, penalty: int, at: datetime
) -> list[Entry]:
    """The postings of a month's charge; a recalculation may go either way, sums of nothing post nothing."""
    moves: list[tuple[str, int, Side, Side]] = [
        ("charge", charged, "receivable", "charges"),
        ("recalculation", recalculated, "receivable", "charges"),
        ("penalty", penalty, "penalty_receivable", "penalties"),
    ]
    return [
        Entry(
            uuid5(_NAMESPACE, f"{kind}:{charge}"),
            account,
            debit=debit if amount > 0 else credit,
            credit=credit if amount > 0 else debit,
            amount=abs(amount),
            source=f"{kind}:{charge}",
            reverses=None,
            occurred_at=at,
        )
        for kind, amount, debit, credit in moves
        if amount
    ]
