"""Until when a bill is to be paid: a day of the next month, moved off days when nobody works."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays

from services.billing.domain.tariffs import MissingTariff
from services.common.period import Period


@dataclass(frozen=True, slots=True)
class DueDay:
    """Bills of this month and later are due on this day of the month after (ЖК РФ ст. 155)."""

    since: Period
    day: int
    act: str


def due_date(rules: Iterable[DueDay], month: Period) -> date:
    """The due date of a month's bill; from a non-working day it moves to the next working one (ГК РФ ст. 193)."""
    known = [rule for rule in rules if rule.since <= month]
    if not known:
        raise MissingTariff(f"no due day for {month}")
    rule = max(known, key=lambda found: found.since)
    due = month.next.first_day + timedelta(days=rule.day - 1)
    while not _calendar(due.year).is_working_day(due):
        due += timedelta(days=1)
    return due


@lru_cache
def _calendar(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("RU", years=[year])
