"""Telling everybody what a profile is now, and ending its sessions."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.auth.models import User
from services.auth.repository import sessions, users
from services.chassis.outbox import emit, emit_all
from services.contracts import auth


def tell_profile(session: Session, user: User, accounts: Sequence[str]) -> None:
    """Tell the profile's whole snapshot; `accounts` are those that may be touched."""
    emit(
        session,
        auth.PROFILE_CHANGED,
        auth.ProfileChanged(
            user=user.id, email=user.email, phone=user.phone, accounts=list(accounts), version=user.version
        ),
    )


def profile_changed(session: Session, user: UUID) -> User | None:
    """Grow the profile's version and tell it, after a change made in this transaction. None: no such user."""
    session.flush()
    row = users.next_version(session, user)
    if row is not None:
        tell_profile(session, row, users.open_accounts(session, user))
    return row


def end_sessions(
    session: Session,
    user: UUID,
    now: datetime,
    *,
    only: UUID | None = None,
    device: UUID | None = None,
    but: UUID | None = None,
) -> int:
    """End a user's sessions (all, one, a device's, all but one) and tell everybody. Gives how many."""
    ended = sessions.end_sessions(session, user, now, only=only, device=device, but=but)
    emit_all(
        session,
        auth.SESSION_ENDED,
        [auth.SessionEnded(user=user, session=signed, ended_at=now) for signed in ended],
    )
    return len(ended)
