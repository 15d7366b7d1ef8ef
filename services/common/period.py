"""A billing period is a calendar month; its reading window ends on a configured day."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self


@dataclass(frozen=True, order=True)
class Period:
    """A calendar month, e.g. `Period(2026, 11)`; `str()` gives `2026-11`."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Self:
        year, month = text.split("-")
        return cls.of(date(int(year), int(month), 1))

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        return self.next.first_day - timedelta(days=1)

    @property
    def next(self) -> "Period":
        return Period(self.year + self.month // 12, self.month % 12 + 1)

    @property
    def previous(self) -> "Period":
        return Period.of(self.first_day - timedelta(days=1))

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


def period_of_reading(taken_on: date, window_end_day: int) -> Period:
    """The period that takes a reading dated `taken_on` (Moscow).

    Period M takes readings from the day after the window of M-1 ended through the end of M's window
    (product C2): after the window's last day a reading counts for the next month.
    """
    period = Period.of(taken_on)
    return period if taken_on <= day_of_window(period, window_end_day) else period.next


def day_of_window(period: Period, day: int) -> date:
    """A day of the period's window; days past a short month's end mean its last day."""
    return period.first_day.replace(day=min(day, period.last_day.day))
