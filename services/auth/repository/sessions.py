"""Queries of sessions, their refresh tokens and devices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.auth.models import Device, LinkedAccount, RefreshToken, SignedSession, User
from services.contracts.auth import Channel, Method, SessionRow


@dataclass(frozen=True)
class Held:
    """A live session's user and one of the user's accounts."""

    email: str
    phone: str
    device: UUID | None
    method: str
    account: str
    is_primary: bool
    frozen: bool


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


def end_sessions(
    session: Session,
    user: UUID,
    now: datetime,
    *,
    only: UUID | None = None,
    device: UUID | None = None,
    but: UUID | None = None,
) -> Sequence[UUID]:
    """End live sessions of a user: all, one (`only`), those of a `device`, or all `but` one. Gives which."""
    ended = (
        update(SignedSession)
        .where(SignedSession.user_id == user, SignedSession.ended_at.is_(None))
        .values(ended_at=now)
        .returning(SignedSession.id)
    )
    if only is not None:
        ended = ended.where(SignedSession.id == only)
    if device is not None:
        ended = ended.where(SignedSession.device_id == device)
    if but is not None:
        ended = ended.where(SignedSession.id != but)
    return session.scalars(ended).all()


def live_sessions(session: Session, user: UUID, alive_since: datetime) -> list[SessionRow]:
    """A user's sessions that have not ended and were used since then, the last used first."""
    rows = session.execute(
        select(SignedSession, Device.name)
        .outerjoin(Device, Device.id == SignedSession.device_id)
        .where(
            SignedSession.user_id == user,
            SignedSession.ended_at.is_(None),
            SignedSession.last_used_at > alive_since,
        )
        .order_by(SignedSession.last_used_at.desc(), SignedSession.id)
    )
    return [
        SessionRow(
            session=signed.id,
            device=signed.device_id,
            device_name=name or "",
            method=cast(Method, signed.method),
            channel=cast(Channel, signed.channel),
            client=signed.client,
            created_at=signed.created_at,
            last_used_at=signed.last_used_at,
        )
        for signed, name in rows.tuples()
    ]


def keep_device(session: Session, device: UUID, user: UUID, name: str, now: datetime) -> UUID:
    """A device of the user, made when new, marked as used now. Gives its id: another one when the id is not the
    user's own (a mark of a profile that is gone)."""
    upsert = insert(Device).values(id=device, user_id=user, name=name, created_at=now, last_used_at=now)
    kept = session.scalar(
        upsert.on_conflict_do_update(
            index_elements=["id"],
            set_={"last_used_at": now, "name": name},
            where=Device.user_id == user,
        ).returning(Device.id)
    )
    return kept or keep_device(session, uuid4(), user, name, now)


def held_by(session: Session, user: UUID, session_id: UUID) -> list[Held]:
    """What a live session may touch, the primary account first; empty when it is ended or unknown."""
    rows = session.execute(
        select(
            User.email,
            User.phone,
            SignedSession.device_id,
            SignedSession.method,
            LinkedAccount.account,
            LinkedAccount.is_primary,
            LinkedAccount.frozen_at.is_not(None),
        )
        .join(SignedSession, SignedSession.user_id == User.id)
        .join(LinkedAccount, LinkedAccount.user_id == User.id)
        .where(SignedSession.id == session_id, User.id == user, SignedSession.ended_at.is_(None))
        .where(LinkedAccount.removed_at.is_(None))
        .order_by(LinkedAccount.is_primary.desc(), LinkedAccount.linked_at)
    )
    return [Held(*row) for row in rows.tuples()]
