"""Notify's tables."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    type_annotation_map = {str: Text, datetime: DateTime(timezone=True)}


class Letter(Base):
    """A letter to be sent once. Asking again under the same id is the same letter.

    `next_at` is when it may be taken: the time of the next attempt, or the end of the lease of who sends it.
    A letter that is sent, failed, expired or cancelled keeps no recipient, user, params or seal: its id and
    times are enough for the log.
    """

    __tablename__ = "letters"
    __table_args__ = (
        Index("letters_user", "user", postgresql_where=text('"user" IS NOT NULL')),
        Index("letters_due", "next_at", postgresql_where=text("state IN ('queued', 'sending')")),
        Index("letters_unsent", "state", "created_at", postgresql_where=text("state <> 'sent'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    template: Mapped[str]
    recipient: Mapped[str | None]
    params: Mapped[dict[str, str]] = mapped_column(JSONB)
    sealed: Mapped[str | None]
    user: Mapped[UUID | None]
    state: Mapped[str]
    attempts: Mapped[int]
    next_at: Mapped[datetime | None]
    lease: Mapped[UUID | None]
    expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    message_id: Mapped[str]


class Delivery(Base):
    """An attempt to send a letter, for ever: no address, no text. `smtp_code` when the server answered."""

    __tablename__ = "deliveries"

    letter_id: Mapped[UUID] = mapped_column(ForeignKey("letters.id"), primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    outcome: Mapped[str]
    smtp_code: Mapped[int | None]
