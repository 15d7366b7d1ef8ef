"""Dates, months and plurals in Russian, for letters and pages."""

from datetime import date, datetime

from services.common.clock import MOSCOW
from services.common.period import Period

_MONTHS = (
    "январь", "февраль", "март", "апрель", "май", "июнь",
    "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
)  # fmt: skip
_MONTHS_GENITIVE = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip

MONTHS_PREPOSITIONAL = (
    "январе", "феврале", "марте", "апреле", "мае", "июне",
    "июле", "августе", "сентябре", "октябре", "ноябре", "декабре",
)  # fmt: skip
"""After «в»: `в октябре`."""


def long_date(day: date) -> str:
    """`5 ноября 2026`."""
    return f"{day.day} {_MONTHS_GENITIVE[day.month - 1]} {day.year}"


def date_time(moment: datetime) -> str:
    """`05.11.2026 14:03` in the retailer's zone."""
    return moment.astimezone(MOSCOW).strftime("%d.%m.%Y %H:%M")


def month_name(period: Period) -> str:
    """`ноябрь 2026`."""
    return f"{_MONTHS[period.month - 1]} {period.year}"


def plural(count: int, one: str, few: str, many: str) -> str:
    """The form of a noun after a number: plural(2, "день", "дня", "дней") -> `2 дня`."""
    tail, tens = abs(count) % 10, abs(count) % 100
    if tail == 1 and tens != 11:
        form = one
    elif 2 <= tail <= 4 and not 12 <= tens <= 14:
        form = few
    else:
        form = many
    return f"{count} {form}"
