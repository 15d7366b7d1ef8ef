"""Queries of the audit trail."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.auth.models import Act


def acts_of(session: Session, account: str | None, user: UUID | None, limit: int) -> Sequence[Act]:
    """Acts of an account or a user (of both when both are named), the newest first."""
    found = select(Act).order_by(Act.at.desc(), Act.id.desc()).limit(limit)
    if account is not None:
        found = found.where(Act.account == account)
    if user is not None:
        found = found.where(Act.user_id == user)
    return session.scalars(found).all()
