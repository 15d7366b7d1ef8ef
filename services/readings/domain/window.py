"""Which period takes a reading given today, and when that period's window is (product C2)."""

from dataclasses import dataclass
from datetime import date

from services.common.period import Period, period_of_reading


@dataclass(frozen=True)
class Window:
    """The open period and its recommended days. `late`: the running month's window is over."""

    period: Period
    starts_on: date
    ends_on: date
    late: bool


def open_window(today: date, start_day: int, end_day: int) -> Window:
    """The window for a reading given `today` (Moscow); days past a short month's end mean its last day."""
    period = period_of_reading(today, end_day)
    return Window(
        period,
        starts_on=_day(period, start_day),
        ends_on=_day(period, end_day),
        late=period != Period.of(today),
    )


def _day(period: Period, day: int) -> date:
    return period.first_day.replace(day=min(day, period.last_day.day))
