"""Volumes, prices, days and foreign texts as Russian paper writes them."""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from services.billing.domain.charge import half_up
from services.common.money import NBSP, roubles
from services.common.russian import long_date

_PLACES: Final = 3
_LONG: Final = 24
_UNBROKEN: Final = re.compile(rf"\S{{{_LONG}}}(?=\S)")
_MAY_BREAK: Final = "\u200b"
_SPACES: Final = re.compile(r"[\t\n\v\f\r\x85\u2000-\u200a\u2028\u2029\u202f]")
_NO_LETTER: Final = re.compile(
    f"[^ -~\u00a0-\u00ff\u0401-\u040c\u040e-\u044f\u0451-\u045c\u0490-\u04c0–—‘’‚“”„†•…‹›€₽№−≈≠≤≥{_MAY_BREAK}]"
)
"""What PT Sans surely has; PDF/UA refuses a letter without a picture."""


def kwh(volume: Fraction) -> str:
    """`1 234`, `61,5`, `−4,333`: at most three decimals, half away from zero."""
    whole, part = divmod(abs(half_up(volume * 10**_PLACES)), 10**_PLACES)
    sign = "−" if volume < 0 and (whole or part) else ""
    decimals = f",{part:0{_PLACES}d}".rstrip("0").rstrip(",")
    return sign + f"{whole:,}".replace(",", NBSP) + decimals


def plain(volume: Fraction) -> str:
    """For machines: `1234`, `61.5`, `-4.333`."""
    whole, part = divmod(abs(half_up(volume * 10**_PLACES)), 10**_PLACES)
    text = f"{whole}.{part:0{_PLACES}d}".rstrip("0").rstrip(".")
    return f"-{text}" if volume < 0 and text != "0" else text


def decimal_text(number: Decimal, least: int) -> str:
    """`8,32`, `5,2416`, `2 400`: all decimals that matter, at least so many."""
    whole, _, part = f"{number:,f}".replace(",", NBSP).partition(".")
    part = part.rstrip("0").ljust(least, "0")
    return f"{whole},{part}" if part else whole


def signed(kopecks: int) -> str:
    """With a plus for what adds: `+1 234,56 ₽`."""
    return f"+{roubles(kopecks)}" if kopecks > 0 else roubles(kopecks)


def days_of(first: date, last: date) -> str:
    """`1–14 октября`, or both dates when the month changes between."""
    if first == last:
        return long_date(first).rpartition(" ")[0]
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{long_date(last).rpartition(' ')[0]}"
    return f"{first.strftime('%d.%m')}–{last.strftime('%d.%m.%Y')}"


def wrappable(text: str) -> str:
    """A word longer than any of Russian may be cut where the line ends."""
    return _UNBROKEN.sub(lambda found: found.group() + _MAY_BREAK, text)


def printable(text: str) -> str:
    """Signs that the font has no picture for become `?`: a strange name must not stop a bill."""
    return _NO_LETTER.sub("?", _SPACES.sub(" ", unicodedata.normalize("NFC", text)))
