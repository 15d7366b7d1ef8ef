"""What the input form follows, and the history across periods."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from services.contracts import readings
from services.contracts.base import Operation, Request
from services.contracts.errors import ServiceError
from tests.support.metered import CLOSED, OPEN, Metered

Make = Callable[..., Metered]
LONG_AGO = date(2025, 5, 1)


def test_the_form_follows_the_meter_and_shows_the_closed_periods_reading(metered: Make) -> None:
    home = metered(1000, 500, digits=6)
    home.submit(1100, 550)
    state = home.state()
    assert state.input == "open"
    assert state.meter is not None
    assert (state.meter.zones, state.meter.digits) == (["day", "night"], 6)
    assert state.meter.previous == [1000, 500]
    assert (state.period, state.window_ends_on.day) == (str(OPEN), 25)


@pytest.mark.parametrize(
    ("meter", "shown", "error"),
    [
        ({"state": "faulty"}, "no_meter", "no_meter"),
        ({"state": "closed"}, "no_meter", "no_meter"),
        ({"kind": "automatic", "state": "faulty"}, "no_meter", "no_meter"),
        ({"kind": "automatic"}, "automatic", "automatic_meter"),
    ],
)
def test_a_meter_that_takes_no_readings_says_so(
    metered: Make, meter: dict[str, str], shown: str, error: str
) -> None:
    home = metered(1000, **meter)
    assert home.state().input == shown
    with pytest.raises(ServiceError, match=error):
        home.submit(1100)
    with pytest.raises(ServiceError, match=error):
        home.check(1100)


def test_an_account_without_a_meter_has_no_input(metered: Make) -> None:
    home = metered()
    assert (home.state().input, home.state().meter, home.history()) == ("no_meter", None, [])
    with pytest.raises(ServiceError, match="no_meter"):
        home.submit(1100)


def test_a_reading_of_a_removed_meter_is_kept_as_refused(metered: Make) -> None:
    home = metered(1000, removed_on=LONG_AGO)
    assert home.state().input == "no_meter"
    assert home.submit(1100).reason == "METER_CLOSED"


def test_an_estimate_is_shown_but_says_nothing_of_the_meter(metered: Make) -> None:
    home = metered(1000)
    home.read(1900, source="average", period=CLOSED)
    assert [row.source for row in home.history()].count("average") == 1
    assert home.state().meter.previous == [1000]  # type: ignore[union-attr]
    assert home.submit(1100).status == "accepted"


def test_the_history_is_bounded_by_periods_and_count(metered: Make) -> None:
    home = metered(1000)
    home.read(900, source="customer", period=CLOSED.previous)
    home.submit(1100)
    assert [row.period for row in home.history()] == [str(OPEN), str(CLOSED), str(CLOSED.previous)]
    assert [row.values for row in home.history(to_period=str(CLOSED))] == [[1000], [900]]
    assert [row.values for row in home.history(from_period=str(CLOSED), limit=1)] == [[1100]]


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        (readings.METER_STATE, readings.AccountRequest(account="000000000")),
        (readings.HISTORY, readings.HistoryRequest(account="000000000")),
        (readings.CHECK_READING, readings.ReadingRequest(account="000000000", values=["1"])),
    ],
)
def test_an_unknown_account_is_told_so(
    metered: Make, operation: Operation[Any, Any], request_: Request
) -> None:
    with pytest.raises(ServiceError, match="account_unknown"):
        metered().bus.call(operation, request_)
