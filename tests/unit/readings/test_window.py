"""A period takes readings from the day after the last window ended through the end of its own."""

from datetime import date

import pytest

from services.common.period import Period
from services.readings.domain.window import open_window


@pytest.mark.parametrize(
    ("today", "period", "starts", "ends", "late"),
    [
        (date(2026, 11, 1), "2026-11", date(2026, 11, 15), date(2026, 11, 25), False),
        (date(2026, 11, 25), "2026-11", date(2026, 11, 15), date(2026, 11, 25), False),
        (date(2026, 11, 26), "2026-12", date(2026, 12, 15), date(2026, 12, 25), True),
        (date(2026, 12, 31), "2027-01", date(2027, 1, 15), date(2027, 1, 25), True),
    ],
)
def test_the_window_closes_on_the_25th(
    today: date, period: str, starts: date, ends: date, late: bool
) -> None:
    window = open_window(today, 15, 25)
    assert (str(window.period), window.starts_on, window.ends_on, window.late) == (period, starts, ends, late)


def test_a_window_past_a_short_months_end_ends_with_the_month() -> None:
    window = open_window(date(2027, 2, 28), 15, 31)
    assert (str(window.period), window.ends_on, window.late) == ("2027-02", date(2027, 2, 28), False)


@pytest.mark.parametrize(
    ("closed", "period", "late"),
    [("2026-09", "2026-11", False), ("2026-11", "2026-12", True), ("2026-12", "2027-01", True)],
)
def test_a_period_closed_for_the_account_takes_no_more_readings(closed: str, period: str, late: bool) -> None:
    window = open_window(date(2026, 11, 20), 15, 25, Period.parse(closed))
    assert (str(window.period), window.late) == (period, late)
