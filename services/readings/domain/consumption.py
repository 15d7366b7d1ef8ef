"""How much was used between readings, the meter's rollover included."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise


def growth(before: int, now: int, digits: int) -> int:
    """kWh between two readings of one zone; a meter of n digits goes from 10^n - 1 to 0."""
    return now - before if now >= before else 10**digits - before + now


def usual(
    history: Sequence[tuple[date, Sequence[int]]], digits: int, power_limit_kw: int
) -> tuple[list[int], int]:
    """kWh by zone, and the days over which they were used; no days without a history.

    `history` is (date, values) newest first. A step that the connection could not carry is a correction
    rather than consumption, and is left out.
    """
    zones = len(history[0][1]) if history else 0
    used, over = [0] * zones, 0
    for (later, now), (earlier, before) in pairwise(history):
        days = (later - earlier).days
        step = [growth(then, value, digits) for then, value in zip(before, now, strict=True)]
        if days > 0 and sum(step) <= power_limit_kw * 24 * days:
            used = [total + part for total, part in zip(used, step, strict=True)]
            over += days
    return used, over
