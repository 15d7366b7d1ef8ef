"""Counting a typed code against the letters it may be of, before anybody looks at it."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from services.auth.domain.tokens import CODE_TRIES
from services.auth.models import Confirmation, Registration

_LOOKED_AT = 10
"""Letters waiting at once; more than this is nobody's honest need."""
L = TypeVar("L", Registration, Confirmation)


def count_code(session: Session, letter: type[L], *whose: ColumnElement[bool]) -> Sequence[L]:
    """Count a code against each letter with tries left. Gives them, newest first; the rows stay locked."""
    alive = (
        select(letter.id)
        .where(*whose, letter.tries < CODE_TRIES)
        .order_by(letter.created_at.desc(), letter.id)
        .limit(_LOOKED_AT)
        .with_for_update()
    )
    counted = session.scalars(
        update(letter)
        .where(letter.id.in_(alive.scalar_subquery()))
        .values(tries=letter.tries + 1)
        .returning(letter)
        .execution_options(synchronize_session=False)
    ).all()
    return sorted(counted, key=lambda one: one.created_at, reverse=True)
