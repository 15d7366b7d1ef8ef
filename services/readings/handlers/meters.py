"""Replacing a meter: the old one's last reading, the new one's first (product C6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import uuid4, uuid5

from sqlalchemy.orm import Session

from services.common.clock import moscow_date
from services.common.period import Period
from services.readings import models, views
from services.readings.domain.feed import midnight
from services.readings.domain.replacement import New, Old, objection
from services.readings.domain.rules import Limits, Source, Taken
from services.readings.repository import submitting as repository


class BadReplacement(ValueError):
    """The replacement contradicts what is known; nothing was changed."""


@dataclass(frozen=True)
class Replacement:
    """`final` is what the old meter showed at last; a faulty one may have shown nothing."""

    account: str
    on: date
    final: Sequence[int] | None
    new: New


def replace(session: Session, asked: Replacement, limits: Limits, now: datetime) -> models.Meter:
    """Close the account's meter and put up the new one; gives it. Raises BadReplacement.

    The readings of the day belong to its month, or to the next one when that was closed already.
    """
    repository.lock_account(session, asked.account)
    found = repository.metering(session, asked.account)
    if found is None or found.meter is None or found.meter.state == "closed":
        raise BadReplacement("the account has no meter to replace")
    old, period = found.meter, Period.of(asked.on)
    if found.closed_through:
        period = max(period, Period.of(found.closed_through).next)
    known = [views.taken(reading) for reading in found.known]
    taken_at = midnight(asked.on) + timedelta(hours=12)
    final = Taken(period, taken_at, "removal", asked.final) if asked.final is not None else None
    before = Old(old.zones, old.digits, old.state, old.installed_on, known)
    if why := objection(before, final, asked.new, asked.on, moscow_date(now), limits):
        raise BadReplacement(why)
    if repository.has_meter(session, asked.account, asked.new.serial):
        raise BadReplacement("the account has or had a meter with this serial")
    meter = _meter(asked)
    old.state, old.removed_on = "closed", asked.on
    session.add(meter)
    if asked.final is not None:
        session.add(_reading(old, period, asked.final, taken_at, "removal"))
    session.add(_reading(meter, period, asked.new.values, taken_at, "installation"))
    session.flush()
    return meter


def _meter(asked: Replacement) -> models.Meter:
    new = asked.new
    return models.Meter(
        id=uuid4(),
        account=asked.account,
        serial=new.serial,
        model=new.model,
        zones=new.zones,
        digits=new.digits,
        kind=new.kind,
        state="working",
        installed_on=asked.on,
        removed_on=None,
        verification_due=new.verification_due,
    )


def _reading(
    meter: models.Meter, period: Period, values: Sequence[int], at: datetime, source: Source
) -> models.Reading:
    return models.Reading(
        id=uuid5(meter.id, source),
        account=meter.account,
        meter_id=meter.id,
        period=period.first_day,
        values=list(values),
        taken_at=at,
        source=source,
        status="accepted",
        superseded=False,
    )
