"""What an account used through a period's end, as its meters tell: pure decisions of closing a month."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby, pairwise
from typing import Final, Literal
from uuid import UUID

from services.common.clock import moscow_date
from services.common.period import Period, day_of_window
from services.readings.domain.consumption import growth
from services.readings.domain.rules import BEGINNINGS, Limits, Scale, Taken, follows

Answer = Literal["metered", "no_reading", "faulty", "no_meter", "problem"]
Problem = Literal[
    "two_open_meters",
    "no_opening_reading",
    "reading_of_the_future",
    "inconsistent_readings",
    "unknown_account",
]
_OWN_DAY: Final = ("installation", "removal")
"""Readings that stand for the very day they were taken, not for their period's end."""
_THROUGH_THE_MONTH: Final = ("installation", "removal", "automatic")
"""Readings that know no window."""


@dataclass(frozen=True, slots=True)
class Meter:
    """A meter with its accepted, standing, actual readings of periods through the closed one, oldest first."""

    id: UUID
    serial: str
    form: int
    digits: int
    state: str
    installed_on: date
    removed_on: date | None
    verification_due: date | None
    readings: Sequence[Taken]


@dataclass(frozen=True, slots=True)
class Rules:
    """The configured window's end and what growth is believable."""

    window_end_day: int
    limits: Limits


@dataclass(frozen=True, slots=True)
class Use:
    """What a meter showed to have been used from `before` to `now`, kWh by zone."""

    meter: Meter
    before: Taken
    before_counts_on: date
    now: Taken
    now_counts_on: date
    kwh: Sequence[int]


@dataclass(frozen=True, slots=True)
class Past:
    """Use of the days after `after` through `until`, kWh by zone of the form."""

    form: int
    kwh: Sequence[int]
    after: date
    until: date


@dataclass(frozen=True, slots=True)
class Consumption:
    """An account's answer; `past` comes only when an estimate may be due."""

    answer: Answer
    problem: Problem | None = None
    form: int | None = None
    uses: Sequence[Use] = ()
    past: Sequence[Past] = ()


class _Wrong(Exception):
    """The account's data must be put right before it is charged."""

    def __init__(self, problem: Problem) -> None:
        self.problem: Problem = problem


def consumption(meters: Sequence[Meter], period: Period, rules: Rules) -> Consumption:
    """What the account's meters tell about the period; data that contradict themselves are a `problem`."""
    there = [meter for meter in meters if meter.installed_on <= period.last_day]
    serving = [meter for meter in there if _serves(meter, period)]
    form = serving[0].form if serving else None
    if sum(meter.state != "faulty" for meter in serving) > 1:
        return Consumption("problem", "two_open_meters", form)
    if not there:
        return Consumption("no_meter")
    try:
        uses = _uses(there, serving, period, rules)
    except _Wrong as wrong:
        return Consumption("problem", wrong.problem, form)
    if uses:
        return Consumption("metered", form=form or uses[-1].meter.form, uses=uses)
    works = any(meter.state != "faulty" and not _unverified(meter, period) for meter in serving)
    last = (serving or there)[-1]
    return Consumption("no_reading" if works else "faulty", form=last.form, past=_past(there, period))


def said(meter: Meter, period: Period) -> bool:
    """Whether the readings it has are all that `consumption` needs: what it showed before and after, and no fall."""
    now = next((shown for shown in reversed(meter.readings) if _ends(shown, period)), None)
    before = next((shown for shown in reversed(meter.readings) if _precedes(shown, period)), None)
    if now is None or before is None or len(now.values) != len(before.values):
        return False
    return _grew(before, now) and not _unverified(meter, period)


def counts_on(reading: Taken) -> date:
    """The last day that a reading stands for."""
    if reading.source in _OWN_DAY:
        return moscow_date(reading.taken_at)
    return reading.period.last_day


def standing(meter: Meter) -> list[Taken]:
    """What the meter showed at its beginning and at the end of each period that has a reading, oldest first.

    What a later control reading contradicts was never shown (п. 61).
    """
    found: list[Taken] = []
    for _, group in groupby(meter.readings, key=lambda reading: reading.period):
        of_period = list(group)
        found += [reading for reading in of_period if reading.source in BEGINNINGS][-1:]
        found += [reading for reading in of_period if reading.source not in BEGINNINGS][-1:]
    for control in [mark for mark in found if mark.source == "control"]:
        found = [mark for mark in found if not _contradicts(meter, control, mark)]
    return found


def _contradicts(meter: Meter, control: Taken, mark: Taken) -> bool:
    """An inspector saw less than a household had told before, and not because the meter passed its last number."""
    if (
        mark.source != "customer"
        or mark.taken_at >= control.taken_at
        or len(mark.values) != len(control.values)
    ):
        return False
    half = 10**meter.digits // 2
    return any(
        now < then and growth(then, now, meter.digits) > half
        for then, now in zip(mark.values, control.values, strict=True)
    )


def used_between(meter: Meter, before: Taken, now: Taken) -> list[int]:
    """kWh by zone, the rollover included."""
    return [growth(then, value, meter.digits) for then, value in zip(before.values, now.values, strict=True)]


def _serves(meter: Meter, period: Period) -> bool:
    """Whether it hangs there at the period's end, working or not."""
    if meter.removed_on:
        return meter.removed_on > period.last_day
    return meter.state != "closed"


def _unverified(meter: Meter, period: Period) -> bool:
    """Whether its verification ran out by the period's end, or by its removal."""
    end = min(period.last_day, meter.removed_on or period.last_day)
    return meter.verification_due is not None and meter.verification_due < end


def _uses(there: Sequence[Meter], serving: Sequence[Meter], period: Period, rules: Rules) -> list[Use]:
    """What each meter told, in the order they were installed. A successor begins no earlier than its forerunner's
    charged days end: a reading stands through its month, also when the meter was taken away before."""
    found: list[Use] = []
    told = date.min
    for meter in there:
        use = _use(meter, meter in serving, told, period, rules)
        if use:
            found.append(use)
        told = max([told, *(counts_on(mark) for mark in meter.readings if mark.period < period)])
    return found


def _use(meter: Meter, serving: bool, told: date, period: Period, rules: Rules) -> Use | None:
    """The meter's use through the period's last reading; None without one, or when it must not be believed.

    Days through `told` were told of by the meters before it.
    """
    if _unverified(meter, period):
        return None
    now = next((shown for shown in reversed(meter.readings) if _ends(shown, period)), None)
    before = next((shown for shown in reversed(meter.readings) if _precedes(shown, period)), None)
    if before and now and _contradicts(meter, now, before) and now.source == "control":
        before = next((mark for mark in reversed(standing(meter)) if _precedes(mark, period)), before)
    if before is None and (now or (serving and meter.state != "faulty")):
        raise _Wrong("no_opening_reading")
    if before is None or now is None:
        return None
    _check(meter, before, now, rules)
    began = max(counts_on(before), told)
    # What a meter taken away within days that were charged already showed more is used on the day after.
    ended = max(counts_on(now), began + timedelta(days=1))
    return Use(meter, before, began, now, ended, used_between(meter, before, now))


def _ends(shown: Taken, period: Period) -> bool:
    return shown.period == period and shown.source not in BEGINNINGS


def _precedes(mark: Taken, period: Period) -> bool:
    return mark.period < period or (mark.period == period and mark.source == "installation")


def _check(meter: Meter, before: Taken, now: Taken, rules: Rules) -> None:
    """Raises when the readings cannot be what the meter showed, or cannot have been taken for their periods."""
    for reading in (before, now):
        if len(reading.values) != meter.form or max(reading.values) >= 10**meter.digits:
            raise _Wrong("inconsistent_readings")
        if reading.source != "opening" and moscow_date(reading.taken_at) > _latest_day(reading, rules):
            raise _Wrong("reading_of_the_future")
    if _grew(before, now):
        return
    known = [
        mark for mark in standing(meter) if _precedes(mark, now.period) and len(mark.values) == meter.form
    ]
    if not follows(Scale(meter.digits), known[::-1], now, rules.limits):
        raise _Wrong("inconsistent_readings")


def _grew(before: Taken, now: Taken) -> bool:
    return all(value >= then for then, value in zip(before.values, now.values, strict=True))


def _latest_day(reading: Taken, rules: Rules) -> date:
    if reading.source in _THROUGH_THE_MONTH:
        return reading.period.last_day
    return day_of_window(reading.period, rules.window_end_day)


def stretches(meter: Meter, marks: Sequence[Taken]) -> list[Past]:
    """What was used between consecutive readings, oldest first, without what a believable meter cannot have shown."""
    believed = [
        mark for mark in marks if len(mark.values) == meter.form and not _unverified(meter, mark.period)
    ]
    found = []
    for before, now in pairwise(believed):
        after, until, kwh = counts_on(before), counts_on(now), used_between(meter, before, now)
        # A step of more than half the scale is a correction rather than use.
        if until > after and now.source not in BEGINNINGS and max(kwh) <= int(10**meter.digits) // 2:
            found.append(Past(meter.form, kwh, after, until))
    return found


def _past(meters: Sequence[Meter], period: Period) -> list[Past]:
    """Actual use of the twelve months before the period, newest first, of all the meters there were."""
    since = Period(period.year - 1, period.month).first_day
    found = [
        past
        for meter in meters
        for past in stretches(meter, [mark for mark in standing(meter) if mark.period < period])
        if past.until >= since
    ]
    return sorted(found, key=lambda past: (past.until, past.after), reverse=True)
