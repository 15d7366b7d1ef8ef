"""Payments' tables."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.payments.domain.machine import OPEN, State

_WATCHED = ", ".join(f"'{state}'" for state in State if state in OPEN or state is State.QUARANTINED)


class Base(DeclarativeBase):
    type_annotation_map = {
        str: Text,
        datetime: DateTime(timezone=True),
        list[str]: ARRAY(Text),
        list[int]: ARRAY(BigInteger),
        dict[str, Any]: JSONB,
    }


class Payment(Base):
    """A payment of any channel, kopecks.

    Business time: `created_at`, `paid_at` and `at`, the date the history shows (paid, or else created).
    Real time of the database: the rest. What the account was at the start is kept: address, bill, split.
    """

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("amount > 0"),
        CheckConstraint("refunded >= 0 AND refunded <= amount"),
        Index("payments_account", "account", "at"),
        Index("payments_user", "user_id", postgresql_where=text("user_id IS NOT NULL")),
        Index("payments_due", "next_poll_at", postgresql_where=text("next_poll_at IS NOT NULL")),
        Index("payments_watched", "state", postgresql_where=text(f"state IN ({_WATCHED})")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account: Mapped[str]
    user_id: Mapped[UUID | None]
    channel: Mapped[str]
    amount: Mapped[int] = mapped_column(BigInteger)
    refunded: Mapped[int] = mapped_column(BigInteger, default=0)
    state: Mapped[str]
    reason: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=0)
    """Grows with every move: an answer of the acquirer is applied only to the version it was asked for."""
    created_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    at: Mapped[datetime]
    moved_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))

    receipt_email: Mapped[str | None]
    consent_at: Mapped[datetime | None]
    consent_version: Mapped[str | None]
    address: Mapped[str]
    bill_id: Mapped[UUID | None]
    bill_period: Mapped[str | None]
    main: Mapped[int] = mapped_column(BigInteger)
    penalty: Mapped[int] = mapped_column(BigInteger)
    over: Mapped[int] = mapped_column(BigInteger, server_default="0")
    """What of `main` went beyond the debt."""

    given: Mapped[dict[str, Any] | None]
    """The readings as typed and their confirmation, to be submitted; None when the payment carries none."""
    reading_id: Mapped[UUID | None]
    zones: Mapped[list[str]] = mapped_column(server_default="{}")
    kwh: Mapped[list[int]] = mapped_column(server_default="{}")

    order_number: Mapped[str | None]
    """The current attempt."""
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    lease: Mapped[UUID | None]
    """Who is making the order right now; nobody else does until `leased_until`."""
    leased_until: Mapped[datetime | None]
    polls: Mapped[int] = mapped_column(default=0)
    next_poll_at: Mapped[datetime | None]
    """When the poller asks the acquirer; None when there is nothing to learn."""


class Attempt(Base):
    """An order at the acquirer: saved before it is asked for, so that a lost answer can be looked up."""

    __tablename__ = "attempts"
    __table_args__ = (Index("attempts_payment", "payment_id"),)

    order_number: Mapped[str] = mapped_column(primary_key=True)
    """A ULID: 26 characters, within the strictest limit (`domain.md` 1.3)."""
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"))
    acquirer_order_id: Mapped[str | None]
    form_url: Mapped[str | None]
    opened_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class PlainReading(Base):
    """A reading a customer gave without a payment: a row of the history (product D7)."""

    __tablename__ = "plain_readings"
    __table_args__ = (Index("plain_readings_account", "account", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account: Mapped[str]
    at: Mapped[datetime]
    zones: Mapped[list[str]]
    kwh: Mapped[list[int]]
    accepted: Mapped[bool]
