"""Hours of a day as the calendar has them: 24, or 23 or 25 where clocks are changed."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from services.common.clock import MOSCOW

MOST_WH: Final = 1_000_000
"""More in an hour no household's connection carries."""
_HOUR: Final = timedelta(hours=1)


class BadHour(ValueError):
    """Not the beginning of an hour, or no energy of an hour."""


@dataclass(frozen=True, slots=True)
class Slot:
    """An hour's place: the day, and how many hours after its midnight the hour begins."""

    day: date
    hour: int


def slot(start: str, zone: tzinfo = MOSCOW) -> Slot:
    """The place of the hour that begins at `start`, ISO with an offset. Raises BadHour."""
    try:
        moment = datetime.fromisoformat(start)
    except ValueError:
        raise BadHour("the hour's start is not an ISO date and time") from None
    if moment.tzinfo is None:
        raise BadHour("the hour's start has no offset from UTC")
    day = moment.astimezone(zone).date()
    after = moment - midnight(day, zone)
    if after % _HOUR:
        raise BadHour("the start is not the beginning of an hour")
    return Slot(day, after // _HOUR)


def midnight(day: date, zone: tzinfo = MOSCOW) -> datetime:
    """When the day begins, UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def hours_of(day: date, zone: tzinfo = MOSCOW) -> int:
    """How many hours the day has."""
    return (midnight(day + timedelta(days=1), zone) - midnight(day, zone)) // _HOUR


def energy(text: str) -> int:
    """Whole Wh. Raises BadHour."""
    if not (text.isascii() and text.isdigit()) or len(text) > 7 or int(text) > MOST_WH:
        raise BadHour(f"the energy is not a whole number of Wh up to {MOST_WH}")
    return int(text)
