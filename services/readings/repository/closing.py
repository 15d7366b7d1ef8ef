"""Queries of closing a month: a handful of statements for a batch of accounts, whatever its size."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid, any_, bindparam, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from services.readings.domain.rules import ACTUAL
from services.readings.models import Account, Estimate, Meter, Reading

_ACCOUNTS: Any = any_(bindparam("accounts", type_=ARRAY(Text)))


def known(session: Session, accounts: Sequence[str]) -> set[str]:
    """Those of the accounts that there are."""
    return set(session.scalars(select(Account.account).where(Account.account == _ACCOUNTS), _of(accounts)))


def freeze(session: Session, accounts: Sequence[str], period: date) -> set[str]:
    """Close the period for the accounts, and wait for submissions on their way; gives those that there are.

    Locked in order, so that two batches with an account in common follow each other.
    """
    chosen = select(Account.account).where(Account.account == _ACCOUNTS)
    found = set(session.scalars(chosen.order_by(Account.account).with_for_update(), _of(accounts)))
    open_still = Account.closed_through.is_(None) | (Account.closed_through < period)
    session.execute(
        update(Account)
        .where(Account.account == _ACCOUNTS, open_still)
        .values(closed_through=period)
        .execution_options(synchronize_session=False),
        _of(accounts),
    )
    return found


def meters(session: Session, accounts: Sequence[str]) -> Sequence[Any]:
    """Every meter of the accounts, in the order they were installed."""
    return session.execute(
        select(
            Meter.account,
            Meter.id,
            Meter.serial,
            Meter.zones,
            Meter.digits,
            Meter.state,
            Meter.installed_on,
            Meter.removed_on,
            Meter.verification_due,
        )
        .where(Meter.account == _ACCOUNTS)
        .order_by(Meter.installed_on, Meter.id),
        _of(accounts),
    ).all()


def shown(session: Session, accounts: Sequence[str], first: date, last: date) -> Sequence[Any]:
    """What the accounts' meters showed for the periods from `first` to `last`, oldest first."""
    statement = _shown().where(
        Reading.account == _ACCOUNTS, Reading.period.between(bindparam("first"), bindparam("last"))
    )
    ordered = statement.order_by(Reading.period, Reading.taken_at)
    return session.execute(ordered, _of(accounts) | {"first": first, "last": last}).all()


def shown_last(session: Session, meters: dict[UUID, str], before: date) -> Sequence[Any]:
    """The last that each of the meters (with their accounts) showed for a period before `before`."""
    statement = (
        _shown()
        .where(
            Reading.account == _ACCOUNTS,
            Reading.meter_id == any_(bindparam("meters", type_=ARRAY(Uuid))),
            Reading.period < before,
        )
        .distinct(Reading.meter_id)
        .order_by(Reading.meter_id, Reading.period.desc(), Reading.taken_at.desc())
    )
    return session.execute(statement, _of(list(meters.values())) | {"meters": list(meters)}).all()


def _shown() -> Any:
    return select(Reading.meter_id, Reading.period, Reading.taken_at, Reading.source, Reading.values).where(
        Reading.status == "accepted", Reading.superseded.is_(False), Reading.source.in_(ACTUAL)
    )


def keep_estimates(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Keep what billing estimated; told again, it is what was told last."""
    if not rows:
        return
    statement = insert(Estimate).values(list(rows))
    new = statement.excluded
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["account", "period"],
            set_={"source": new.source, "form": new.form, "kwh": new.kwh},
        )
    )


def _of(accounts: Sequence[str]) -> dict[str, Any]:
    return {"accounts": list(accounts)}
