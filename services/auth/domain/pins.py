"""PINs: which are refused because everybody tries them first, how many tries there are, what is hashed."""

from itertools import pairwise
from uuid import UUID

PIN_TRIES = 5
_DIGITS = 10
_SEQUENCE_STEPS = (1, _DIGITS - 1)
_YEARS = range(1930, 2030)
_ROW_OF_KEYS = frozenset({"2580", "0852"})
"""The middle column of a keypad, down and up."""


def is_trivial(pin: str) -> bool:
    """Is it among the first that anybody would try? Some 220 of the 10,000 are:

    one digit four times (0000), a sequence up or down, over the end too (1234, 9876, 7890), a pair twice (1212),
    two pairs (1122), a year that people are born in or that is now (1930-2029), the keypad's middle column.
    """
    steps = {(int(b) - int(a)) % _DIGITS for a, b in pairwise(pin)}
    return (
        steps == {0}
        or (len(steps) == 1 and steps <= set(_SEQUENCE_STEPS))
        or pin[:2] == pin[2:]
        or (pin[0] == pin[1] and pin[2] == pin[3])
        or int(pin) in _YEARS
        or pin in _ROW_OF_KEYS
    )


def pin_of(device: UUID, pin: str) -> str:
    """What is hashed: a PIN is one device's, so that equal PINs look different even before the salt."""
    return f"pin:{device}:{pin}"
