"""Consumption by month: what meters showed, spread over its days, and estimates where nobody knows."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from services.common.period import Period
from services.readings.domain.closing import Meter, Past, standing, stretches


@dataclass(frozen=True, slots=True)
class Estimate:
    """A month that was charged without a reading."""

    period: Period
    basis: Literal["average", "norm"]
    form: int
    kwh: Sequence[Decimal]


@dataclass(frozen=True, slots=True)
class Month:
    """kWh by zone of the form, used in a month by one meter, or estimated."""

    period: Period
    basis: Literal["meter", "average", "norm"]
    serial: str | None
    form: int
    kwh: Sequence[Decimal]


def months(
    meters: Sequence[Meter], estimates: Sequence[Estimate], first: Period, last: Period
) -> list[Month]:
    """The months from `first` to `last` that something is known of, oldest first; an estimate gives way to meters."""
    found = [month for meter in meters for month in _of_meter(meter)]
    known = {month.period for month in found}
    found += [
        Month(estimate.period, estimate.basis, None, estimate.form, estimate.kwh)
        for estimate in estimates
        if estimate.period not in known
    ]
    return sorted((m for m in found if first <= m.period <= last), key=lambda month: month.period)


def _of_meter(meter: Meter) -> list[Month]:
    by_month: dict[Period, list[int]] = defaultdict(lambda: [0] * meter.form)
    for stretch in stretches(meter, standing(meter)):
        for period, kwh in _spread(stretch):
            by_month[period] = [total + part for total, part in zip(by_month[period], kwh, strict=True)]
    return [
        Month(period, "meter", meter.serial, meter.form, [Decimal(part) for part in kwh])
        for period, kwh in by_month.items()
    ]


def _spread(stretch: Past) -> Iterator[tuple[Period, list[int]]]:
    """Whole kWh for each month of the stretch, in proportion to its days; together they are its volume."""
    days = (stretch.until - stretch.after).days
    period, told = Period.of(stretch.after + timedelta(days=1)), [0] * len(stretch.kwh)
    while period.first_day <= stretch.until:
        so_far = (min(period.last_day, stretch.until) - stretch.after).days
        through = [volume * so_far // days for volume in stretch.kwh]
        yield period, [now - before for before, now in zip(told, through, strict=True)]
        period, told = period.next, through
