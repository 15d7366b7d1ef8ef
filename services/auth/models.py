"""Auth's tables."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, ForeignKey, Index, PrimaryKeyConstraint, Text, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    type_annotation_map = {
        str: Text,
        datetime: DateTime(timezone=True),
        list[datetime]: ARRAY(DateTime(timezone=True)),
    }


class Registration(Base):
    """A proven registration that waits for its letter to be used; it reserves nothing.

    Of the letter only digests are kept. `tries` counts wrong codes.
    """

    __tablename__ = "registrations"
    __table_args__ = (
        Index("registrations_account", "account", "created_at"),
        Index("registrations_age", "expires_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account: Mapped[str]
    email: Mapped[str]
    phone: Mapped[str]
    password_hash: Mapped[str]
    consent_version: Mapped[str]
    consent_hash: Mapped[str]
    client: Mapped[str]
    channel: Mapped[str]
    created_at: Mapped[datetime]
    token_hash: Mapped[str] = mapped_column(unique=True)
    code_hash: Mapped[str]
    tries: Mapped[int]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class User(Base):
    """An activated profile; `version` grows with every change told in `profile.changed`."""

    __tablename__ = "users"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str]
    phone: Mapped[str]
    password_hash: Mapped[str]
    version: Mapped[int]
    created_at: Mapped[datetime]


class LinkedAccount(Base):
    """An account that a user may touch; an account is primary in one profile at most."""

    __tablename__ = "linked_accounts"
    __table_args__ = (
        PrimaryKeyConstraint("user_id", "account"),
        Index("linked_accounts_primary", "account", unique=True, postgresql_where=text("is_primary")),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    account: Mapped[str]
    is_primary: Mapped[bool]
    linked_at: Mapped[datetime]


class Consent(Base):
    """Who agreed to which text (its version and SHA-256), when, from where, on which channel."""

    __tablename__ = "consents"
    __table_args__ = (Index("consents_user", "user_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    version: Mapped[str]
    text_hash: Mapped[str]
    given_at: Mapped[datetime]
    client: Mapped[str]
    channel: Mapped[str]


class SignedSession(Base):
    """A sign-in and the family of refresh tokens that grows from it."""

    __tablename__ = "sessions"
    __table_args__ = (Index("sessions_user", "user_id"), Index("sessions_age", "last_used_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    channel: Mapped[str]
    client: Mapped[str]
    ended_at: Mapped[datetime | None]


class RefreshToken(Base):
    """A refresh token's digest; a used one is kept until it expires, to recognise its re-use."""

    __tablename__ = "refresh_tokens"
    __table_args__ = (
        Index("refresh_tokens_session", "session_id"),
        Index("refresh_tokens_age", "expires_at"),
    )

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    forgiven: Mapped[bool]


class TryWindow(Base):
    """Recent tries of a subject (an account number, a client address) at one kind of thing."""

    __tablename__ = "try_windows"
    __table_args__ = (
        PrimaryKeyConstraint("kind", "subject"),
        Index("try_windows_age", "last_at"),
    )

    kind: Mapped[str]
    subject: Mapped[str]
    tries: Mapped[list[datetime]]
    last_at: Mapped[datetime]


class SignInFailures(Base):
    """Wrong passwords in a row for an account number, whether or not anybody has it."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (Index("sign_in_failures_age", "last_at"),)

    account: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime | None]
    locked_until: Mapped[datetime | None]
