"""Queries of the input form: an account's meter and readings, a submission, the history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

from sqlalchemy import Select, bindparam, select, true, update
from sqlalchemy.orm import Session, aliased

from services.readings.domain.rules import ACTUAL
from services.readings.models import Account, Estimate, Meter, Reading

_KNOWN_READINGS = 26
"""Enough for a year of history beside control readings and the open period's."""


@dataclass(frozen=True)
class Metering:
    """An account's meter (the working one if any) with its last standing readings that saw the meter."""

    meter: Meter | None
    known: Sequence[Reading]
    """Newest first."""
    closed_through: date | None = None
    """The last period whose readings were taken to be charged; it takes no more."""


def metering(session: Session, account: str) -> Metering | None:
    """One statement for everything a check needs; None for an unknown account."""
    rows = session.execute(_metering_query(), {"account": account}).all()
    if not rows:
        return None
    return Metering(rows[0][1], [row[2] for row in rows if row[2] is not None], rows[0][3])


@cache
def _metering_query() -> Select[str, Meter, Reading, date | None]:
    """Built once: building it takes longer than the database needs to answer it."""
    meter = aliased(
        Meter,
        select(Meter)
        .where(Meter.account == Account.account)
        .order_by(
            (Meter.state == "working").desc(),
            Meter.removed_on.desc().nulls_first(),
            Meter.installed_on.desc(),
            Meter.id,
        )
        .limit(1)
        .lateral(),
    )
    reading = aliased(
        Reading,
        select(Reading)
        .where(
            Reading.account == Account.account,
            Reading.meter_id == meter.id,
            Reading.status == "accepted",
            Reading.superseded.is_(False),
            Reading.source.in_(ACTUAL),
        )
        .order_by(Reading.period.desc(), Reading.taken_at.desc())
        .limit(_KNOWN_READINGS)
        .lateral(),
    )
    return (
        select(Account.account, meter, reading, Account.closed_through)
        .select_from(Account)
        .outerjoin(meter, true())
        .outerjoin(reading, true())
        .where(Account.account == bindparam("account"))
        .order_by(reading.period.desc(), reading.taken_at.desc())
    )


def lock_account(session: Session, account: str) -> None:
    """Hold the account until the transaction ends, so that submissions of one account follow each other.

    A statement of its own: the next one then sees what the submission before it committed.
    """
    session.execute(select(Account.account).where(Account.account == account).with_for_update())


def refused_before(session: Session, given: Reading) -> Reading | None:
    """The same values refused for the same reason in the same period."""
    return session.scalars(
        select(Reading)
        .where(
            Reading.account == given.account,
            Reading.period == given.period,
            Reading.meter_id == given.meter_id,
            Reading.status == "refused",
            Reading.reason == given.reason,
            Reading.values == given.values,
        )
        .limit(1)
    ).first()


def supersede(session: Session, reading_id: UUID) -> None:
    """Take a reading's place; before the new one is written, since only one may stand."""
    session.execute(update(Reading).where(Reading.id == reading_id).values(superseded=True))


def add(session: Session, reading: Reading) -> None:
    session.add(reading)
    session.flush()


def history(
    session: Session, account: str, first: date | None, last: date | None, limit: int
) -> list[tuple[Reading, Meter]] | None:
    """Readings of the periods from `first` to `last`, newest first; None for an unknown account."""
    chosen = select(Reading).where(Reading.account == Account.account)
    if first:
        chosen = chosen.where(Reading.period >= first)
    if last:
        chosen = chosen.where(Reading.period <= last)
    newest = (Reading.period.desc(), Reading.taken_at.desc(), Reading.id)
    reading = aliased(Reading, chosen.order_by(*newest).limit(limit).lateral())
    rows = session.execute(
        select(Account.account, reading, Meter)
        .select_from(Account)
        .outerjoin(reading, true())
        .outerjoin(Meter, Meter.id == reading.meter_id)
        .where(Account.account == account)
        .order_by(reading.period.desc(), reading.taken_at.desc(), reading.id)
    ).all()
    return [(row[1], row[2]) for row in rows if row[1] is not None] if rows else None


def has_meter(session: Session, account: str, serial: str) -> bool:
    """Whether the account has or had a meter with this serial."""
    known = select(Meter.id).where(Meter.account == account, Meter.serial == serial)
    return session.scalars(known).first() is not None


def estimates(
    session: Session, account: str, first: date | None, last: date | None, limit: int
) -> Sequence[Estimate]:
    """Months charged without a reading, newest first."""
    chosen = select(Estimate).where(Estimate.account == account)
    if first:
        chosen = chosen.where(Estimate.period >= first)
    if last:
        chosen = chosen.where(Estimate.period <= last)
    return session.scalars(chosen.order_by(Estimate.period.desc()).limit(limit)).all()


def forget(session: Session, users: Sequence[UUID]) -> None:
    """Readings are of the meter and stay; who gave them, and under which key, does not."""
    session.execute(
        update(Reading)
        .where(Reading.submitted_by.in_(users))
        .values(submitted_by=None, submission_key=None)
        .execution_options(synchronize_session=False)
    )
