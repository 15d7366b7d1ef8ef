"""What is told of a reading that is accepted all the same."""

from datetime import date

import pytest

from services.common.period import Period
from services.readings.domain import words
from services.readings.domain.rules import Warning, warnings_of

NOVEMBER = Period(2026, 11)
TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("due", "day", "period", "told"),
    [
        (None, TODAY, NOVEMBER, ()),
        (TODAY, TODAY, NOVEMBER, ()),
        (date(2026, 11, 19), TODAY, NOVEMBER, ("VERIFICATION_EXPIRED",)),
        (None, date(2026, 11, 26), NOVEMBER.next, ("OUT_OF_WINDOW",)),
        (date(2020, 1, 1), date(2026, 12, 26), Period(2027, 1), ("VERIFICATION_EXPIRED", "OUT_OF_WINDOW")),
    ],
)
def test_a_reading_is_accepted_with_warnings(
    due: date | None, day: date, period: Period, told: tuple[Warning, ...]
) -> None:
    assert warnings_of(due, day, period) == told


def test_the_words_say_what_a_warning_means() -> None:
    assert words.accepted(NOVEMBER) == "Принято к расчёту за ноябрь 2026."
    late = words.accepted(NOVEMBER, ("OUT_OF_WINDOW",))
    assert late.startswith("Принято к расчёту за ноябрь")
    assert late.endswith("учтём в следующем периоде.")
    assert words.accepted(NOVEMBER, ("VERIFICATION_EXPIRED",)).startswith("Сохранено за ноябрь")
