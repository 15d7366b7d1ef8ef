"""Every query of auth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.auth.models import (
    Consent,
    LinkedAccount,
    RefreshToken,
    Registration,
    SignedSession,
    SignInFailures,
    TryWindow,
    User,
)

# limits


def lock_windows(session: Session, subjects: Mapping[str, str], now: datetime) -> Sequence[TryWindow]:
    """The windows of subjects by kind, made when absent and locked, so that tries at once are all counted.

    Give the kinds in one order everywhere (account before client): rows are locked in it.
    """
    rows = [{"kind": k, "subject": subject, "tries": [], "last_at": now} for k, subject in subjects.items()]
    upsert = insert(TryWindow).values(rows)
    return session.scalars(
        upsert.on_conflict_do_update(
            index_elements=["kind", "subject"], set_={"last_at": upsert.excluded.last_at}
        ).returning(TryWindow)
    ).all()


def lock_failures(session: Session, account: str) -> SignInFailures:
    """The failures of an account number, made when absent and locked."""
    upsert = insert(SignInFailures).values(account=account, count=0)
    return session.scalars(
        upsert.on_conflict_do_update(
            index_elements=["account"], set_={"account": upsert.excluded.account}
        ).returning(SignInFailures)
    ).one()


def clear_failures(session: Session, account: str) -> None:
    session.execute(
        update(SignInFailures)
        .where(SignInFailures.account == account)
        .values(count=0, last_at=None, locked_until=None)
    )


# registrations


def registration_by_token(session: Session, token_hash: str) -> Registration | None:
    """Locked: a link used twice at once is used once."""
    return session.scalars(
        select(Registration).where(Registration.token_hash == token_hash).with_for_update()
    ).first()


def newest_registrations(session: Session, account: str, limit: int) -> Sequence[Registration]:
    """Locked, so that every wrong code is counted."""
    return session.scalars(
        select(Registration)
        .where(Registration.account == account)
        .order_by(Registration.created_at.desc(), Registration.id)
        .limit(limit)
        .with_for_update()
    ).all()


def pending_registration(session: Session, account: str, email: str) -> Registration | None:
    """The newest one of this account and e-mail whose letter was not used yet, fresh or stale; locked."""
    return session.scalars(
        select(Registration)
        .where(
            Registration.account == account,
            func.lower(Registration.email) == email.lower(),
            Registration.used_at.is_(None),
        )
        .order_by(Registration.created_at.desc())
        .limit(1)
        .with_for_update()
    ).first()


# users


def is_primary_somewhere(session: Session, account: str) -> bool:
    return bool(
        session.scalar(select(exists().where(LinkedAccount.account == account, LinkedAccount.is_primary)))
    )


def password_of(session: Session, account: str) -> tuple[UUID, str] | None:
    """The user whose primary account it is, and the password's hash."""
    row = session.execute(
        select(User.id, User.password_hash)
        .join(LinkedAccount, LinkedAccount.user_id == User.id)
        .where(LinkedAccount.account == account, LinkedAccount.is_primary)
    ).first()
    return (row.id, row.password_hash) if row else None


def add_user(session: Session, user: User, account: str, consent: Consent) -> bool:
    """A user with a primary account; False when another profile has it as primary (wait for one in the making).

    On False the caller must roll back: the user's row is written already.
    """
    session.add(user)
    session.flush()
    linked = session.execute(
        insert(LinkedAccount)
        .values(user_id=user.id, account=account, is_primary=True, linked_at=user.created_at)
        .on_conflict_do_nothing(index_elements=["account"], index_where=text("is_primary"))
        .returning(LinkedAccount.account)
    ).first()
    if linked is None:
        return False
    session.add(consent)
    return True


# sessions


@dataclass(frozen=True)
class Held:
    """A live session's user and one of the user's accounts."""

    email: str
    phone: str
    account: str
    is_primary: bool


def add_session(session: Session, signed: SignedSession, token: RefreshToken) -> None:
    session.add(signed)
    session.flush()
    session.add(token)


def touch_session_of(session: Session, token_hash: str, now: datetime) -> tuple[UUID, UUID] | None:
    """The (session, user) of a refresh token, locked and marked as used now; None when ended or unknown.

    The session's row is locked before its tokens are read: tokens of one family are used one at a time.
    """
    row = session.execute(
        update(SignedSession)
        .where(
            SignedSession.id
            == select(RefreshToken.session_id).where(RefreshToken.token_hash == token_hash).scalar_subquery(),
            SignedSession.ended_at.is_(None),
        )
        .values(last_used_at=now)
        .returning(SignedSession.id, SignedSession.user_id)
    ).first()
    return (row.id, row.user_id) if row else None


def refresh_token(session: Session, token_hash: str) -> RefreshToken:
    return session.get_one(RefreshToken, token_hash)


def retire_tokens(session: Session, session_id: UUID, now: datetime) -> None:
    """Every unused token of the family: its siblings too, so that of two holders one is found out."""
    session.execute(
        update(RefreshToken)
        .where(RefreshToken.session_id == session_id, RefreshToken.used_at.is_(None))
        .values(used_at=now)
    )


def end_session(session: Session, user: UUID, session_id: UUID, now: datetime) -> bool:
    """False when there is no such live session."""
    ended = session.execute(
        update(SignedSession)
        .where(
            SignedSession.id == session_id, SignedSession.user_id == user, SignedSession.ended_at.is_(None)
        )
        .values(ended_at=now)
        .returning(SignedSession.id)
    ).first()
    return ended is not None


def held_by(session: Session, user: UUID, session_id: UUID) -> list[Held]:
    """What a live session may touch, the primary account first; empty when it is ended or unknown."""
    rows = session.execute(
        select(User.email, User.phone, LinkedAccount.account, LinkedAccount.is_primary)
        .join(SignedSession, SignedSession.user_id == User.id)
        .join(LinkedAccount, LinkedAccount.user_id == User.id)
        .where(SignedSession.id == session_id, User.id == user, SignedSession.ended_at.is_(None))
        .order_by(LinkedAccount.is_primary.desc(), LinkedAccount.linked_at)
    )
    return [Held(*row) for row in rows]


# housekeeping


def purge(session: Session, now: datetime, idle: timedelta) -> None:
    """Delete what nobody can use any more: old letters and tries, expired tokens, sessions long unused."""
    day, week = timedelta(days=1), timedelta(days=7)
    old: list[Any] = [
        delete(Registration).where(Registration.expires_at < now - week),
        delete(TryWindow).where(TryWindow.last_at < now - day),
        delete(SignInFailures).where(func.coalesce(SignInFailures.last_at, now - week) < now - 2 * day),
        delete(RefreshToken).where(RefreshToken.expires_at < now),
        delete(SignedSession).where(SignedSession.last_used_at < now - idle),
    ]
    for statement in old:
        session.execute(statement)
