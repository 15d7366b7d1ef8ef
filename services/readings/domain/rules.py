"""What would come of a reading: the catalogue of checks of `domain.md` 3.2, without the errors of format."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from services.common.clock import moscow_date
from services.common.period import Period
from services.readings.domain.consumption import growth, usual

Source = Literal["customer", "control", "automatic", "average", "norm", "opening", "installation", "removal"]
Doubt = Literal["ROLLOVER", "IMPLAUSIBLE_HIGH", "ZONES_SWAPPED"]
Refusal = Literal["LOWER_THAN_PREVIOUS", "NEWER_EXISTS", "METER_CLOSED"]
Warning = Literal["VERIFICATION_EXPIRED", "OUT_OF_WINDOW"]

ACTUAL: Final[tuple[Source, ...]] = (
    "customer",
    "control",
    "automatic",
    "opening",
    "installation",
    "removal",
)
"""Sources that saw the meter; an estimate says nothing about what it shows."""
BEGINNINGS: Final[tuple[Source, ...]] = ("opening", "installation")
"""What a meter showed when we began to count: nothing was used before it."""
_DAY, _NIGHT = 0, 1
_FAR_GREATER: Final = 3
"""Night over day that is «much more»; with `_NOTABLE_KWH`, so that a summer house's 0 and 2 kWh mean nothing."""
_NOTABLE_KWH: Final = 30


@dataclass(frozen=True)
class Limits:
    """How much growth is believable: times the usual, or what `power_limit_kw` gives day and night."""

    growth_factor: int = 5
    power_limit_kw: int = 15


@dataclass(frozen=True)
class Scale:
    """What the rules need of a meter: how many digits it shows, and when it was taken away."""

    digits: int
    removed_on: date | None = None


@dataclass(frozen=True)
class Taken:
    """An accepted reading that stands, of an ACTUAL source: kWh by zone."""

    period: Period
    taken_at: datetime
    source: str
    values: Sequence[int]


@dataclass(frozen=True)
class Judgement:
    """Refused for `reason`, or accepted once the `doubts` are confirmed. For a refusal `doubts` explain it."""

    reason: Refusal | None = None
    doubts: tuple[Doubt, ...] = ()


def warnings_of(verification_due: date | None, day: date, period: Period) -> tuple[Warning, ...]:
    """What a person is told of an accepted reading given on this day (Moscow) for the period."""
    found: list[Warning] = []
    if verification_due and verification_due < day:
        found.append("VERIFICATION_EXPIRED")
    if Period.of(day) < period:
        found.append("OUT_OF_WINDOW")
    return tuple(found)


def previous_of(known: Sequence[Taken], period: Period) -> Taken | None:
    """The last reading of a closed period, or the one a meter began with; never a submission of the open period.

    `known` comes newest first.
    """
    return next((taken for taken in known if _closed(taken, period)), None)


def judge(
    scale: Scale, known: Sequence[Taken], values: Sequence[int], period: Period, now: datetime, limits: Limits
) -> Judgement:
    """Judge values given `now` for the open `period`, against the meter's readings, newest first."""
    today = moscow_date(now)
    if scale.removed_on and scale.removed_on <= today:
        return Judgement("METER_CLOSED")
    closed = [taken for taken in known if _closed(taken, period)]
    previous = closed[0] if closed else None
    if previous and list(values) == list(previous.values):
        return Judgement()
    days = max((today - moscow_date(previous.taken_at)).days, 1) if previous else 1
    limit = _believable(scale, closed, days, limits)
    if any(_newer(scale, taken, values, now, limit) for taken in known if taken.period >= period):
        return Judgement("NEWER_EXISTS")
    if previous is None:
        return Judgement()
    if _is_behind(scale, previous.values, values, limit):
        swapped = _looks_swapped(scale, previous.values, values, limit)
        return Judgement("LOWER_THAN_PREVIOUS", ("ZONES_SWAPPED",) if swapped else ())
    return Judgement(doubts=_doubts(scale, closed, values, limit, limits))


def follows(scale: Scale, closed: Sequence[Taken], now: Taken, limits: Limits) -> bool:
    """Whether `now` can have come after the closed readings (newest first): no zone went back but by a rollover."""
    before = closed[0]
    days = max((moscow_date(now.taken_at) - moscow_date(before.taken_at)).days, 1)
    return not _is_behind(scale, before.values, now.values, _believable(scale, closed, days, limits))


def _closed(taken: Taken, period: Period) -> bool:
    return taken.period < period or taken.source in BEGINNINGS


def _believable(scale: Scale, closed: Sequence[Taken], days: int, limits: Limits) -> int:
    """kWh in all zones together that may be used in `days`; without a history only the power limits it."""
    by_power = limits.power_limit_kw * 24 * days
    used, over = usual(_history(closed), scale.digits, limits.power_limit_kw)
    by_habit = -(-limits.growth_factor * sum(used) * days // over) if over else 0
    return max(by_power, by_habit)


def _history(closed: Sequence[Taken]) -> list[tuple[date, Sequence[int]]]:
    return [(moscow_date(taken.taken_at), taken.values) for taken in closed]


def _newer(scale: Scale, taken: Taken, values: Sequence[int], now: datetime, limit: int) -> bool:
    """A control or automatic reading taken later than this one, or that saw the meter further on."""
    if taken.source not in ("control", "automatic"):
        return False
    return taken.taken_at > now or _is_behind(scale, taken.values, values, limit)


def _is_behind(scale: Scale, before: Sequence[int], values: Sequence[int], limit: int) -> bool:
    """A zone went down, and not because the meter passed its last number.

    A growth of more than half the scale is nearer to a step back than to a rollover: on a meter of four
    digits a month at full power would otherwise explain every mistake.
    """
    most = min(limit, 10**scale.digits // 2)
    return any(
        now < then and growth(then, now, scale.digits) > most
        for then, now in zip(before, values, strict=True)
    )


def _looks_swapped(scale: Scale, before: Sequence[int], values: Sequence[int], limit: int) -> bool:
    """Day's value was typed for night and night's for day."""
    if len(values) < 2:
        return False
    turned = [values[_NIGHT], values[_DAY], *values[2:]]
    grown = [now - then for then, now in zip(before, turned, strict=True)]
    return min(grown) >= 0 and sum(grown) <= limit


def _doubts(
    scale: Scale, closed: Sequence[Taken], values: Sequence[int], limit: int, limits: Limits
) -> tuple[Doubt, ...]:
    before = closed[0].values
    grown = [growth(then, now, scale.digits) for then, now in zip(before, values, strict=True)]
    doubts: list[Doubt] = []
    if any(now < then for then, now in zip(before, values, strict=True)):
        doubts.append("ROLLOVER")
    if sum(grown) > limit:
        doubts.append("IMPLAUSIBLE_HIGH")
    if len(grown) > 1 and _mostly_night(grown):
        used, over = usual(_history(closed), scale.digits, limits.power_limit_kw)
        if over and used[_NIGHT] < used[_DAY]:
            doubts.append("ZONES_SWAPPED")
    return tuple(doubts)


def _mostly_night(grown: Sequence[int]) -> bool:
    night, day = grown[_NIGHT], grown[_DAY]
    return night >= _FAR_GREATER * day and night - day >= _NOTABLE_KWH
