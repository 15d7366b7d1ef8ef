"""Queries of letters that somebody has asked for by account and e-mail."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.auth.models import LetterRequest


def take(session: Session, kind: str, limit: int) -> Sequence[LetterRequest]:
    """Requests of a kind, the oldest first, gone with this transaction; those held by another process are its."""
    oldest = (
        select(LetterRequest.id)
        .where(LetterRequest.kind == kind)
        .order_by(LetterRequest.asked_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = session.scalars(
        delete(LetterRequest)
        .where(LetterRequest.id.in_(oldest.scalar_subquery()))
        .returning(LetterRequest)
        .execution_options(synchronize_session=False)
    ).all()
    return sorted(taken, key=lambda request: request.asked_at)
