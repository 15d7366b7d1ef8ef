"""Auth's tables."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    type_annotation_map = {
        str: Text,
        datetime: DateTime(timezone=True),
        list[datetime]: ARRAY(DateTime(timezone=True)),
        list[str]: ARRAY(Text),
        dict[str, Any]: JSONB,
        bytes: LargeBinary,
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
    """An account that a user may touch; an account is primary in one profile at most.

    A frozen link gives no access: a holder of the account answered «это не я». One that its owner removed while
    it was frozen is kept (`removed_at`), so that linking anew is no way around the freeze: only staff release it.
    """

    __tablename__ = "linked_accounts"
    __table_args__ = (
        PrimaryKeyConstraint("user_id", "account"),
        Index("linked_accounts_primary", "account", unique=True, postgresql_where=text("is_primary")),
        Index("linked_accounts_account", "account"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    account: Mapped[str]
    is_primary: Mapped[bool]
    linked_at: Mapped[datetime]
    frozen_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]


class Consent(Base):
    """Who agreed to which text (its version and SHA-256), when, from where, on which channel.

    The act must be provable after the profile is gone, so it has no foreign key: docs/personal-data.md.
    """

    __tablename__ = "consents"
    __table_args__ = (
        Index("consents_user", "user_id"),
        Index(
            "consents_open",
            "user_id",
            "purpose",
            "version",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID]
    account: Mapped[str]
    purpose: Mapped[str]
    version: Mapped[str]
    text_hash: Mapped[str]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    client: Mapped[str]
    channel: Mapped[str]


class Device(Base):
    """A browser or phone that a user has signed in from fully.

    `pin_hash` is there while the PIN is on; `pin_failures` are wrong PINs in a row. `public_key` (P-256, DER) stays
    when the PIN goes off: only who proves it is told that it is off.
    """

    __tablename__ = "devices"
    __table_args__ = (Index("devices_user", "user_id"), Index("devices_age", "last_used_at"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    public_key: Mapped[bytes | None]
    pin_hash: Mapped[str | None]
    pin_failures: Mapped[int] = mapped_column(server_default=text("0"))
    pin_set_at: Mapped[datetime | None]


class Authenticator(Base):
    """A device's WebAuthn credential: its id (base64url), COSE public key and signature counter."""

    __tablename__ = "authenticators"

    id: Mapped[str] = mapped_column(primary_key=True)
    device_id: Mapped[UUID] = mapped_column(ForeignKey("devices.id", ondelete="CASCADE"), unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]


class SpentTicket(Base):
    """The digest of what an answered ticket says; kept until the ticket would have run out anyway."""

    __tablename__ = "spent_tickets"
    __table_args__ = (Index("spent_tickets_age", "expires_at"),)

    digest: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime]


class SignedSession(Base):
    """A sign-in and the family of refresh tokens that grows from it. `method`: password, pin, biometrics."""

    __tablename__ = "sessions"
    __table_args__ = (
        Index("sessions_user", "user_id"),
        Index("sessions_device", "device_id"),
        Index("sessions_age", "last_used_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    device_id: Mapped[UUID | None] = mapped_column(ForeignKey("devices.id", ondelete="CASCADE"))
    method: Mapped[str] = mapped_column(server_default=text("'password'"))
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


class LetterRequest(Base):
    """A letter that somebody asked for by account and e-mail: `kind` activation or recovery.

    Whether there is anybody to send it to is looked up later, by a background loop: the answer to the person
    and its time cannot tell. The row lives for a moment.
    """

    __tablename__ = "letter_requests"
    __table_args__ = (Index("letter_requests_age", "asked_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    account: Mapped[str]
    email: Mapped[str]
    client: Mapped[str]
    asked_at: Mapped[datetime]


class Confirmation(Base):
    """A letter with a link and a code for a profile: `kind` recovery or email. Only digests are kept.

    `email` is the new address of an e-mail change, erased with use. `tries` counts wrong codes.
    """

    __tablename__ = "confirmations"
    __table_args__ = (
        Index("confirmations_account", "account", "kind"),
        Index("confirmations_user", "user_id"),
        Index("confirmations_age", "expires_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    account: Mapped[str]
    email: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    code_hash: Mapped[str]
    tries: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Objection(Base):
    """A holder's chance to answer «это не я» to a new link of the account, by the letter's link."""

    __tablename__ = "objections"
    __table_args__ = (
        Index("objections_linker", "linker_id", "account"),
        Index("objections_holder", "holder_id"),
        Index("objections_age", "expires_at"),
    )

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    linker_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    holder_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    account: Mapped[str]
    linked_at: Mapped[datetime]
    """Of the link it is about: a link made anew later is another one."""
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ProfileDeletion(Base):
    """A deleted profile: the services whose acknowledgement is still awaited."""

    __tablename__ = "deletions"
    __table_args__ = (Index("deletions_open", "asked_at", postgresql_where=text("finished_at IS NULL")),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID]
    asked_at: Mapped[datetime]
    waits_for: Mapped[list[str]]
    finished_at: Mapped[datetime | None]


class Act(Base):
    """The audit trail: who did what from where. Rows are only added; a deleted person's addresses are erased."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("audit_account", "account", "at"),
        Index("audit_user", "user_id", "at"),
        Index("audit_age", "at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime]
    act: Mapped[str]
    actor: Mapped[str]
    account: Mapped[str | None]
    user_id: Mapped[UUID | None]
    session_id: Mapped[UUID | None]
    device_id: Mapped[UUID | None]
    client: Mapped[str | None]
    channel: Mapped[str | None]
    details: Mapped[dict[str, Any]]


class Staff(Base):
    """A member of staff. Without a password the enrolment link has not been used yet.

    `totp_secret` is encrypted under a key of the pepper; `totp_step` is the last used time step.
    """

    __tablename__ = "staff"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    roles: Mapped[list[str]]
    password_hash: Mapped[str | None]
    totp_secret: Mapped[bytes | None]
    totp_step: Mapped[int | None] = mapped_column(BigInteger)
    enrolment_hash: Mapped[str | None] = mapped_column(unique=True)
    enrolment_expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class StaffAuthenticator(Base):
    """A member of staff's WebAuthn credential."""

    __tablename__ = "staff_authenticators"

    id: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime]


class StaffSession(Base):
    """A member of staff's sign-in; the token's digest only."""

    __tablename__ = "staff_sessions"
    __table_args__ = (Index("staff_sessions_age", "expires_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    client: Mapped[str]


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


class Failures(Base):
    """Wrong passwords in a row of a subject: an account number (whether or not anybody has it), an account on a
    known device, a signed-in user, a login of staff."""

    __tablename__ = "failures"
    __table_args__ = (Index("failures_age", "last_at"),)

    subject: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime | None]
    locked_until: Mapped[datetime | None]
