"""Money is integer kopecks; roubles exist only in texts for people."""

from typing import Final

NBSP: Final = "\u00a0"
MINIMUM_PAYMENT: Final = 1
"""0.01 ₽, in kopecks (product D2)."""


def roubles(kopecks: int) -> str:
    """`123456` -> `1 234,56 ₽` with non-breaking spaces; a minus sign for negative sums."""
    whole, part = divmod(abs(kopecks), 100)
    sign = "−" if kopecks < 0 else ""
    return f"{sign}{whole:,}".replace(",", NBSP) + f",{part:02d}{NBSP}₽"
