"""Which PINs are refused, and what of a PIN is hashed."""

from uuid import uuid4

import pytest

from services.auth.domain.pins import is_trivial, pin_of

ALL = [f"{number:04d}" for number in range(10_000)]


PATTERNS = "0000 9999 1234 0123 6789 7890 4321 9876 0987 1212 6969 1122 7700 1930 1985 2000 2029 2580 0852"


@pytest.mark.parametrize("pin", PATTERNS.split())
def test_what_everybody_tries_first_is_refused(pin: str) -> None:
    assert is_trivial(pin)


@pytest.mark.parametrize("pin", ["7419", "1357", "2468", "1221", "1929", "2030", "1235", "1107"])
def test_what_is_no_such_pattern_is_taken(pin: str) -> None:
    assert not is_trivial(pin)


def test_enough_pins_are_left_to_guess() -> None:
    assert sum(map(is_trivial, ALL)) < 350


def test_a_pin_is_of_one_device() -> None:
    assert pin_of(uuid4(), "7419") != pin_of(uuid4(), "7419")
