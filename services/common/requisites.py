"""Control digits of a company's ИНН and ОГРН: a mistyped one must not get onto bills."""

from typing import Final

_INN_WEIGHTS: Final = (2, 4, 10, 3, 5, 9, 4, 6, 8)


def is_inn(text: str) -> bool:
    """A company's ИНН: ten digits, the last of which checks the others."""
    if len(text) != 10 or not (text.isascii() and text.isdigit()):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_INN_WEIGHTS, text, strict=False))
    return total % 11 % 10 == int(text[-1])


def is_ogrn(text: str) -> bool:
    """A company's ОГРН: thirteen digits, the last of which checks the others."""
    if len(text) != 13 or not (text.isascii() and text.isdigit()):
        return False
    return int(text[:-1]) % 11 % 10 == int(text[-1])
