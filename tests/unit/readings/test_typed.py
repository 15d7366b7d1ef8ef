"""Errors of format stop the form, all at once; anything else is let through to the rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.readings.domain.typed import parse


def codes(typed: list[str], zones: int, digits: int) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in parse(typed, zones, digits)[1]]


@pytest.mark.parametrize(
    "text", ["", " ", "12,5", "12.5", "-1", "+1", "1 000", "1e3", "٣", "²", "abc", "0x1"]
)
def test_only_ascii_digits_are_a_reading(text: str) -> None:
    assert codes([text], 1, 5) == [("values.0", "NOT_INTEGER")]


def test_more_digits_than_the_meter_shows_are_refused() -> None:
    assert codes(["123456"], 1, 5) == [("values.0", "TOO_MANY_DIGITS")]
    assert codes(["12345"], 1, 5) == []


def test_every_bad_field_is_named_at_once() -> None:
    found = codes(["x", "1234567", "1"], 2, 5)
    assert found == [("values", "WRONG_NUMBER"), ("values.0", "NOT_INTEGER"), ("values.1", "TOO_MANY_DIGITS")]


@pytest.mark.parametrize(("typed", "zones"), [(["1"], 2), (["1", "2"], 1), (["1", "2"], 3)])
def test_a_value_for_each_zone_is_needed(typed: list[str], zones: int) -> None:
    assert codes(typed, zones, 5) == [("values", "WRONG_NUMBER")]


def test_a_fault_says_what_the_meter_shows() -> None:
    assert parse(["123456"], 1, 5)[1][0].message == "Слишком много цифр: до запятой на счётчике 5 цифр."
    assert parse(["1"], 2, 5)[1][0].message == "По этому счётчику нужно 2 показания."


@given(st.lists(st.integers(0, 99999), min_size=1, max_size=3))
def test_whole_numbers_within_the_digits_are_read_as_they_are(values: list[int]) -> None:
    assert parse([f" {value:05d} " for value in values], len(values), 5) == (values, [])


@given(st.lists(st.text(max_size=8), min_size=1, max_size=3))
def test_a_reading_has_values_or_faults_and_never_both(typed: list[str]) -> None:
    values, faults = parse(typed, len(typed), 5)
    assert bool(values) != bool(faults)
    assert all(0 <= value < 10**5 for value in values)
