"""Queries of tries and failures."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.auth.models import Failures, TryWindow


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


def lock_failures(session: Session, subject: str) -> Failures:
    """The failures of a subject, made when absent and locked."""
    upsert = insert(Failures).values(subject=subject, count=0)
    return session.scalars(
        upsert.on_conflict_do_update(
            index_elements=["subject"], set_={"subject": upsert.excluded.subject}
        ).returning(Failures)
    ).one()


def clear_failures(session: Session, subject: str) -> None:
    session.execute(
        update(Failures).where(Failures.subject == subject).values(count=0, last_at=None, locked_until=None)
    )


def clear_failures_of(session: Session, user: UUID, account: str) -> None:
    """Every wrong secret of a profile: of its account, on its known devices, and of the signed-in user."""
    session.execute(
        update(Failures)
        .where(
            or_(
                Failures.subject.in_([account, f"user:{user}"]),
                Failures.subject.startswith(f"{account}:", autoescape=True),
            )
        )
        .values(count=0, last_at=None, locked_until=None)
    )
