"""Whether a meter may be replaced as told."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.common.period import Period
from services.readings.domain.replacement import New, Old, objection
from services.readings.domain.rules import Limits, Taken

TODAY, ON = date(2026, 10, 20), date(2026, 10, 12)
NEW = New("B", "Меркурий 201", 2, 6, "manual", None, [3, 1])


def seen(*values: int, day: int = 5, source: str = "customer") -> Taken:
    return Taken(Period(2026, 10), datetime(2026, 10, day, 12, tzinfo=UTC), source, list(values))


OLD = Old(1, 5, "working", date(2020, 1, 1), [seen(1000)])


def why(old: Old = OLD, final: Sequence[int] | None = (1100,), new: New = NEW, on: date = ON) -> str | None:
    last = seen(*final, day=on.day, source="removal") if final is not None else None
    return objection(old, last, new, on, TODAY, Limits())


def test_a_sound_replacement_is_taken() -> None:
    assert why() is None
    assert why(replace(OLD, known=[seen(99_990)]), (5,)) is None
    assert why(replace(OLD, state="faulty"), None) is None
    assert why(replace(OLD, known=[seen(1000, day=18, source="opening")])) is None


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"on": date(2026, 10, 21)}, "not there yet"),
        ({"old": replace(OLD, installed_on=date(2026, 10, 13))}, "put up later"),
        ({"new": replace(NEW, values=[3])}, "the new meter cannot show"),
        ({"new": replace(NEW, values=[3, 1_000_000])}, "the new meter cannot show"),
        ({"final": None}, "show at last"),
        ({"final": (1100, 5)}, "the old meter cannot show"),
        ({"final": (999,)}, "showed more before"),
        ({"old": replace(OLD, known=[seen(1000, day=13)])}, "read after that day"),
    ],
)
def test_what_contradicts_the_past_is_refused_with_its_reason(
    changed: dict[str, object], reason: str
) -> None:
    assert reason in (why(**changed) or "")  # type: ignore[arg-type]
