"""Queries of tables that hold data with dates: they are read whole, and added to."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Result, literal_column, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.billing.models import Base

Row = TypeVar("Row", bound=Base)
_AT_ONCE = 2000


def add(session: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> int:
    """Write rows that are new by their key. Gives how many were."""
    new = 0
    for start in range(0, len(rows), _AT_ONCE):
        values = insert(table).values(rows[start : start + _AT_ONCE])
        written: Result[Any] = session.execute(values.on_conflict_do_nothing().returning(literal_column("1")))
        new += len(written.all())
    return new


def all_rows(session: Session, table: type[Row]) -> Sequence[Row]:
    return session.scalars(select(table)).all()
