"""Queries of registrations that wait for their letter to be used."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session

from services.auth.models import Registration
from services.auth.repository import codes

_LOCKED_IN = (Registration.created_at.desc(), Registration.id)
"""One order everywhere, so that nobody waits in a circle."""


def registration_by_token(session: Session, token_hash: str) -> Registration | None:
    """Locked: a link used twice at once is used once."""
    return session.scalars(
        select(Registration).where(Registration.token_hash == token_hash).with_for_update()
    ).first()


def count_code(session: Session, account: str) -> Sequence[Registration]:
    """Count a code typed for an account against each of its letters that has tries left. Gives them, newest first."""
    return codes.count_code(session, Registration, Registration.account == account)


def pending_registrations(session: Session, asked: Collection[tuple[str, str]]) -> Sequence[Registration]:
    """The newest unused one, fresh or stale, of each account and e-mail (in small letters); locked."""
    asker = tuple_(Registration.account, func.lower(Registration.email))
    newest = (
        select(Registration.id)
        .distinct(Registration.account, func.lower(Registration.email))
        .where(asker.in_(asked), Registration.used_at.is_(None))
        .order_by(Registration.account, func.lower(Registration.email), Registration.created_at.desc())
    )
    return session.scalars(
        select(Registration).where(Registration.id.in_(newest)).order_by(*_LOCKED_IN).with_for_update()
    ).all()
