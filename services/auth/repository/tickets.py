"""Queries of tickets that were answered."""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.auth.models import SpentTicket


def add_spent(session: Session, digest: str, expires_at: datetime) -> bool:
    """False when it is there already; one that is being spent elsewhere is waited for."""
    added = session.execute(
        insert(SpentTicket)
        .values(digest=digest, expires_at=expires_at)
        .on_conflict_do_nothing(index_elements=["digest"])
        .returning(SpentTicket.digest)
    )
    return added.first() is not None
