"""Queries of staff: who they are, their authenticators and their sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from services.auth.models import Staff, StaffAuthenticator, StaffSession


@dataclass(frozen=True)
class SignedStaff:
    """A live session and whose it is."""

    session: UUID
    staff: UUID
    login: str
    name: str
    roles: Sequence[str]


_SIGNED = (StaffSession.id, Staff.id, Staff.login, Staff.name, Staff.roles)


def everybody(session: Session) -> Sequence[Staff]:
    return session.scalars(select(Staff).order_by(Staff.login)).all()


def by_login(session: Session, login: str) -> Staff | None:
    return session.scalar(select(Staff).where(Staff.login == login))


def locked(session: Session, login: str) -> Staff | None:
    """For a change of the row: whoever is enrolling or signing in right now is waited for, and seen."""
    return session.scalar(select(Staff).where(Staff.login == login).with_for_update())


def by_id(session: Session, staff: UUID) -> Staff | None:
    return session.scalar(select(Staff).where(Staff.id == staff))


def by_enrolment(session: Session, link_hash: str, now: datetime) -> Staff | None:
    """Whoever may still enrol by this link."""
    return session.scalar(select(Staff).where(Staff.enrolment_hash == link_hash, *_may_enrol(now)))


def enrol(session: Session, link_hash: str, now: datetime, **secrets: Any) -> Staff | None:
    """Give the link's person their `secrets` (columns) and use the link up; None when somebody was quicker."""
    return session.scalars(
        update(Staff)
        .where(Staff.enrolment_hash == link_hash, *_may_enrol(now))
        .values(enrolment_hash=None, enrolment_expires_at=None, **secrets)
        .returning(Staff)
    ).first()


def authenticators(session: Session, staff: UUID) -> Sequence[StaffAuthenticator]:
    return session.scalars(select(StaffAuthenticator).where(StaffAuthenticator.staff_id == staff)).all()


def forget_authenticators(session: Session, staff: UUID) -> None:
    session.execute(delete(StaffAuthenticator).where(StaffAuthenticator.staff_id == staff))


def keep_count(session: Session, credential: str, count: int) -> bool:
    """Keep an authenticator's new counter. False when it has not grown (those without a counter say 0)."""
    grown = StaffAuthenticator.sign_count < count if count else StaffAuthenticator.sign_count == 0
    kept = session.execute(
        update(StaffAuthenticator)
        .where(StaffAuthenticator.id == credential, grown)
        .values(sign_count=count)
        .returning(StaffAuthenticator.id)
    ).first()
    return kept is not None


def hold(session: Session, row: Staff, step: int | None) -> bool:
    """Lock whoever signs in until the session is made, and use up a time step of TOTP with all before it.

    False when the person was disabled or reset meanwhile, or the step was used: of two at once one wins.
    """
    held = update(Staff).where(
        Staff.id == row.id, Staff.password_hash == row.password_hash, Staff.disabled_at.is_(None)
    )
    if step is None:
        held = held.values(totp_step=Staff.totp_step)
    else:
        held = held.where(or_(Staff.totp_step.is_(None), Staff.totp_step < step)).values(totp_step=step)
    return session.execute(held.returning(Staff.id)).first() is not None


def touch_session(session: Session, token_hash: str, now: datetime, idle: timedelta) -> SignedStaff | None:
    """The live session of a token, marked as used now; None for an ended, expired, idle or unknown one."""
    row = session.execute(
        update(StaffSession)
        .where(
            StaffSession.token_hash == token_hash,
            StaffSession.last_used_at > now - idle,
            StaffSession.staff_id == Staff.id,
            *_live(now),
        )
        .values(last_used_at=now)
        .returning(*_SIGNED)
    ).first()
    return SignedStaff(*row) if row else None


def signed_staff(session: Session, staff: UUID, signed: UUID, now: datetime) -> SignedStaff | None:
    """A live session by its id and its owner's."""
    row = session.execute(
        select(*_SIGNED)
        .join(Staff, Staff.id == StaffSession.staff_id)
        .where(StaffSession.id == signed, Staff.id == staff, *_live(now))
    ).first()
    return SignedStaff(*row) if row else None


def end_sessions(session: Session, staff: UUID, now: datetime, *, only: UUID | None = None) -> int:
    """End live sessions of a member of staff: all, or one. Gives how many."""
    ended = (
        update(StaffSession)
        .where(StaffSession.staff_id == staff, StaffSession.ended_at.is_(None))
        .values(ended_at=now)
        .returning(StaffSession.id)
    )
    if only is not None:
        ended = ended.where(StaffSession.id == only)
    return len(session.scalars(ended).all())


def _may_enrol(now: datetime) -> tuple[Any, ...]:
    return Staff.enrolment_expires_at > now, Staff.disabled_at.is_(None)


def _live(now: datetime) -> tuple[Any, ...]:
    return StaffSession.ended_at.is_(None), StaffSession.expires_at > now, Staff.disabled_at.is_(None)
