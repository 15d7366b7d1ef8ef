"""Queries of registrations that wait for their letter to be used."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.auth.models import Registration


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
