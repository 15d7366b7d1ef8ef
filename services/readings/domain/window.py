"""Which period takes a reading given today, and when that period's window is (product C2)."""

from dataclasses import dataclass
from datetime import date

from services.common.period import Period, day_of_window, period_of_reading


@dataclass(frozen=True)
class Window:
    """The open period and its recommended days. `late`: the running month's window is over."""

    period: Period
    starts_on: date
    ends_on: date
    late: bool


def open_window(today: date, start_day: int, end_day: int, closed: Period | None = None) -> Window:
    """The window for a reading given `today` (Moscow); days past a short month's end mean its last day.

    `closed` is the account's last period that was taken to be charged: it and those before it take no more.
    """
    period = period_of_reading(today, end_day)
    if closed is not None and period <= closed:
        period = closed.next
    return Window(
        period,
        starts_on=day_of_window(period, start_day),
        ends_on=day_of_window(period, end_day),
        late=period != Period.of(today),
    )
