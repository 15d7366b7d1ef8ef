"""Closing a month: what a batch of accounts used, and what billing estimated where nobody knows."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.chassis import crash
from services.chassis.outbox import emit
from services.common.clock import moscow_date
from services.common.period import Period
from services.contracts import closing as contract
from services.contracts import readings
from services.readings.domain import closing as domain
from services.readings.domain.rules import Taken
from services.readings.repository import closing as repository
from services.readings.settings import Settings

log = logging.getLogger(__name__)
_MONTHS_BACK = 13
"""Twelve months of use begin with the reading before them."""


def tell_consumption(session: Session, wanted: contract.ConsumptionWanted, settings: Settings) -> None:
    """Answer for every account of the batch; unless it is a dry run, the period takes no more readings of them."""
    period = Period.parse(wanted.period)
    found = (
        repository.known(session, wanted.accounts)
        if wanted.dry
        else repository.freeze(session, wanted.accounts, period.first_day)
    )
    crash.point("readings_after_freezing")
    meters = _meters(session, wanted.accounts, period)
    rules = domain.Rules(settings.window_end_day, settings.limits)
    told = [
        _told(account, _consumption(meters.get(account, ()), period, rules))
        if account in found
        else contract.AccountConsumption(account=account, answer="problem", problem="unknown_account")
        for account in wanted.accounts
    ]
    payload = contract.ConsumptionTold(
        run=wanted.run, period=wanted.period, batch=wanted.batch, accounts=told
    )
    emit(session, readings.CONSUMPTION_TOLD, payload)


def keep_estimates(session: Session, made: contract.EstimatesMade) -> None:
    """Keep the months that were charged without a reading, for the history and the statistics."""
    period = Period.parse(made.period).first_day
    repository.keep_estimates(
        session,
        [
            {
                "account": estimate.account,
                "period": period,
                "source": estimate.basis,
                "form": estimate.form,
                "kwh": [Decimal(volume) for volume in estimate.kwh],
            }
            for estimate in made.estimates
        ],
    )


def _consumption(meters: Sequence[domain.Meter], period: Period, rules: domain.Rules) -> domain.Consumption:
    try:
        return domain.consumption(meters, period, rules)
    except Exception:
        # Data that nobody thought of stop their account, not its batch; the log says where it was.
        log.exception("an account's readings could not be understood")
        return domain.Consumption("problem", "inconsistent_readings")


def _meters(session: Session, accounts: Sequence[str], period: Period) -> dict[str, list[domain.Meter]]:
    """The accounts' meters with what they showed through the period.

    For most accounts the last two periods say all; a year of readings is looked at only for the others.
    """
    rows = repository.meters(session, accounts)
    near = _by_meter(repository.shown(session, accounts, period.previous.first_day, period.first_day))
    meters = [_meter(row, near[row.id]) for row in rows]
    unsaid = {row.account for row, meter in zip(rows, meters, strict=True) if not domain.said(meter, period)}
    if unsaid:
        shown = _shown(session, [row for row in rows if row.account in unsaid], period)
        meters = [
            _meter(row, shown[row.id]) if row.account in unsaid else meter
            for row, meter in zip(rows, meters, strict=True)
        ]
    found: dict[str, list[domain.Meter]] = defaultdict(list)
    for row, meter in zip(rows, meters, strict=True):
        found[row.account].append(meter)
    return found


def _meter(row: Any, readings: Sequence[Taken]) -> domain.Meter:
    return domain.Meter(
        id=row.id,
        serial=row.serial,
        form=row.zones,
        digits=row.digits,
        state=row.state,
        installed_on=row.installed_on,
        removed_on=row.removed_on,
        verification_due=row.verification_due,
        readings=readings,
    )


def _shown(session: Session, meters: Sequence[Any], period: Period) -> dict[UUID, list[Taken]]:
    """Readings by meter, oldest first; an older one is looked for only where the last months have none."""
    since = _first_of_past(period)
    accounts = list({meter.account for meter in meters})
    found = _by_meter(repository.shown(session, accounts, since, period.first_day))
    silent = {
        meter.id: meter.account
        for meter in meters
        if not found[meter.id] or found[meter.id][0].period == period
    }
    if silent:
        for row in repository.shown_last(session, silent, since):
            found[row.meter_id].insert(0, _taken(row))
    return found


def _by_meter(rows: Sequence[Any]) -> dict[UUID, list[Taken]]:
    found: dict[UUID, list[Taken]] = defaultdict(list)
    for row in rows:
        found[row.meter_id].append(_taken(row))
    return found


def _first_of_past(period: Period) -> date:
    earlier = period
    for _ in range(_MONTHS_BACK):
        earlier = earlier.previous
    return earlier.first_day


def _taken(row: Any) -> Taken:
    return Taken(Period.of(row.period), row.taken_at, row.source, row.values)


def _told(account: str, found: domain.Consumption) -> contract.AccountConsumption:
    return contract.AccountConsumption(
        account=account,
        answer=found.answer,
        problem=found.problem,
        form=found.form,
        meters=[_use(use) for use in found.uses],
        past=[
            contract.PastUse(form=past.form, kwh=list(past.kwh), after=past.after, until=past.until)
            for past in found.past
        ],
    )


def _use(use: domain.Use) -> contract.MeterUse:
    return contract.MeterUse(
        meter_id=use.meter.id,
        serial=use.meter.serial,
        form=use.meter.form,
        digits=use.meter.digits,
        before=_stand(use.before, use.before_counts_on),
        now=_stand(use.now, use.now_counts_on),
        kwh=list(use.kwh),
    )


def _stand(taken: Taken, counts_on: date) -> contract.Stand:
    return contract.Stand(
        values=list(taken.values),
        taken_on=moscow_date(taken.taken_at),
        counts_on=counts_on,
        source=taken.source,
    )
