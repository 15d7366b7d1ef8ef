"""Queries of a profile that is being changed: its row is locked before anything else of it."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.auth.models import Device, LinkedAccount, SignedSession, User


@dataclass(frozen=True)
class Acting:
    """Who acts in a live session: the primary account, and the device's name when it said one."""

    account: str
    device: UUID | None
    device_name: str = field(default="")


def locked(session: Session, user: UUID) -> User | None:
    """The user's row until this transaction ends; a statement of its own, so that the next one sees what whoever
    held it before has done."""
    return session.scalars(
        select(User).where(User.id == user).with_for_update().execution_options(populate_existing=True)
    ).first()


def acting(session: Session, user: UUID, signed: UUID) -> Acting | None:
    """None when the session has ended: a recovery was faster."""
    row = session.execute(
        select(LinkedAccount.account, SignedSession.device_id, Device.name)
        .join(SignedSession, SignedSession.user_id == LinkedAccount.user_id)
        .outerjoin(Device, Device.id == SignedSession.device_id)
        .where(
            LinkedAccount.user_id == user,
            LinkedAccount.is_primary,
            SignedSession.id == signed,
            SignedSession.ended_at.is_(None),
        )
    ).first()
    return Acting(row[0], row[1], row[2] or "") if row else None
