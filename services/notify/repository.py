"""Every query of notify."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.contracts.letters import LetterWanted
from services.notify.domain.letters import KEPT_WITHOUT_USER, Step, due_at
from services.notify.models import Delivery, Letter

_ERASED: Final[dict[str, Any]] = {"recipient": None, "user": None, "params": {}, "sealed": None}


def keep(session: Session, wanted: LetterWanted, message_id: str, now: datetime) -> None:
    """Queue a letter; one that is known already stays as it is."""
    session.execute(
        insert(Letter)
        .values(
            id=wanted.letter_id,
            template=wanted.template,
            recipient=wanted.recipient,
            params=wanted.params,
            sealed=wanted.sealed,
            user=wanted.user,
            state="queued",
            attempts=0,
            next_at=due_at(now, wanted.expires_at),
            expires_at=wanted.expires_at,
            created_at=now,
            message_id=message_id,
        )
        .on_conflict_do_nothing(index_elements=["id"])
    )


def lease(session: Session, limit: int, now: datetime, until: datetime) -> Sequence[Letter]:
    """Take up to `limit` due letters; until `until` no other process takes them. Counts the attempt.

    The inner query is a CTE, so that the limit holds whatever plan is chosen.
    """
    chosen = (
        select(Letter.id)
        .where(Letter.state.in_(["queued", "sending"]), Letter.next_at <= now)
        .order_by(Letter.next_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("chosen")
    )
    return session.scalars(
        update(Letter)
        .where(Letter.id == chosen.c.id)
        .values(state="sending", lease=uuid4(), next_at=until, attempts=Letter.attempts + 1)
        .returning(Letter),
        execution_options={"synchronize_session": False},
    ).all()


@dataclass(frozen=True)
class Attempt:
    """What one attempt brought."""

    letter: UUID
    lease: UUID
    number: int
    at: datetime
    outcome: str
    smtp_code: int | None


def save(session: Session, attempt: Attempt, step: Step) -> None:
    """Log the attempt and move the letter on.

    The lease guards a letter that another process has taken meanwhile; the attempt's number, a repeat of this
    call after a commit whose answer was lost.
    """
    session.execute(
        insert(Delivery)
        .values(
            letter_id=attempt.letter,
            attempt=attempt.number,
            at=attempt.at,
            outcome=attempt.outcome,
            smtp_code=attempt.smtp_code,
        )
        .on_conflict_do_nothing()
    )
    session.execute(
        update(Letter)
        .where(Letter.id == attempt.letter, Letter.lease == attempt.lease)
        .values(
            state=step.state,
            next_at=step.next_at,
            lease=None,
            sent_at=attempt.at if step.state == "sent" else None,
            **(_ERASED if step.final else {}),
        ),
        execution_options={"synchronize_session": False},
    )


def unsent(session: Session) -> dict[str, tuple[int, datetime]]:
    """How many letters are in each state but `sent`, and when the oldest of them was asked for."""
    rows = session.execute(
        select(Letter.state, func.count(), func.min(Letter.created_at))
        .where(Letter.state != "sent")
        .group_by(Letter.state)
    )
    return {state: (count, oldest) for state, count, oldest in rows}


def forget(session: Session, users: Sequence[UUID]) -> None:
    """Cancel and erase the users' letters that wait; a receipt still goes out, and names no user."""
    of_users = Letter.user.in_(users)
    session.execute(
        update(Letter)
        .where(of_users, Letter.state.in_(["queued", "sending"]), Letter.template.not_in(KEPT_WITHOUT_USER))
        .values(state="cancelled", next_at=None, lease=None, **_ERASED),
        execution_options={"synchronize_session": False},
    )
    session.execute(
        update(Letter).where(of_users).values(user=None), execution_options={"synchronize_session": False}
    )
