"""Consumption of an account by month."""

from typing import Literal, cast

from sqlalchemy.orm import Session

from services.common.period import Period
from services.contracts import readings as contract
from services.contracts.errors import ServiceError
from services.readings import views
from services.readings.domain import closing, statistics
from services.readings.repository import statistics as repository

_EVER, _FOR_EVER = Period(2000, 1), Period(2099, 12)


def consumption(session: Session, request: contract.StatisticsRequest) -> contract.Statistics:
    """Months of the interval that something is known of; raises `account_unknown`."""
    first = Period.parse(request.from_period) if request.from_period else _EVER
    last = Period.parse(request.to_period) if request.to_period else _FOR_EVER
    shown = repository.shown(session, request.account)
    if shown is None:
        raise ServiceError("account_unknown")
    estimates = [
        statistics.Estimate(
            Period.of(row.period), cast("Literal['average', 'norm']", row.source), row.form, row.kwh
        )
        for row in repository.estimates(session, request.account, first.first_day, last.first_day)
    ]
    found = statistics.months([_meter(one) for one in shown], estimates, first, last)
    return contract.Statistics(account=request.account, months=[_month(month) for month in found])


def _meter(shown: repository.Shown) -> closing.Meter:
    meter = shown.meter
    return closing.Meter(
        id=meter.id,
        serial=meter.serial,
        form=meter.zones,
        digits=meter.digits,
        state=meter.state,
        installed_on=meter.installed_on,
        removed_on=meter.removed_on,
        verification_due=meter.verification_due,
        readings=[views.taken(reading) for reading in shown.readings],
    )


def _month(month: statistics.Month) -> contract.MonthUse:
    return contract.MonthUse(
        period=str(month.period),
        source="actual" if month.basis == "meter" else "estimated",
        basis=month.basis,
        serial=month.serial,
        zones=list(contract.ZONES[month.form]),
        kwh=[f"{volume:f}" for volume in month.kwh],
    )
