"""Hours of automatic meters: their place in the day, on days of 23, 24 and 25 hours."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from services.readings.domain.feed import BadHour, Slot, energy, hours_of, slot

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("start", "place"),
    [
        ("2026-10-25T00:00:00+03:00", Slot(date(2026, 10, 25), 0)),
        ("2026-10-25T23:00+03:00", Slot(date(2026, 10, 25), 23)),
        ("2026-10-25T21:00:00Z", Slot(date(2026, 10, 26), 0)),
    ],
)
def test_an_hour_has_its_place_whatever_offset_it_is_told_with(start: str, place: Slot) -> None:
    assert slot(start) == place


def test_a_day_of_25_hours_tells_its_two_third_hours_apart() -> None:
    day = date(2026, 10, 25)
    assert hours_of(day, BERLIN) == 25
    assert slot("2026-10-25T02:00+02:00", BERLIN) == Slot(day, 2)
    assert slot("2026-10-25T02:00+01:00", BERLIN) == Slot(day, 3)
    assert slot("2026-10-25T23:00+01:00", BERLIN) == Slot(day, 24)


def test_a_day_of_23_hours_has_no_gap() -> None:
    day = date(2026, 3, 29)
    assert hours_of(day, BERLIN) == 23
    assert slot("2026-03-29T03:00+02:00", BERLIN) == Slot(day, 2)
    assert slot("2026-03-29T23:00+02:00", BERLIN) == Slot(day, 22)


def test_a_day_in_moscow_has_24_hours() -> None:
    assert {hours_of(date(2026, month, 29)) for month in (3, 10)} == {24}


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        ("yesterday", "not an ISO date"),
        ("2026-10-25T00:00:00", "no offset"),
        ("2026-10-25T00:30:00+03:00", "not the beginning of an hour"),
    ],
)
def test_what_is_no_hour_says_why(start: str, reason: str) -> None:
    with pytest.raises(BadHour, match=reason):
        slot(start)


@pytest.mark.parametrize("text", ["", "-1", "1.5", "1e3", "٣", "1000001"])
def test_energy_is_whole_watt_hours(text: str) -> None:
    with pytest.raises(BadHour, match="whole number"):
        energy(text)
