"""Consumption by month: spread over days without losing a kWh, estimates only where nobody knows."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from services.common.period import Period
from services.readings.domain.closing import Meter
from services.readings.domain.rules import Source, Taken
from services.readings.domain.statistics import Estimate, months

FIRST, LAST = Period(2026, 1), Period(2026, 12)


def seen(month: int, *values: int, source: Source = "customer", day: int = 20) -> Taken:
    return Taken(Period(2026, month), datetime(2026, month, day, 12, tzinfo=UTC), source, list(values))


def meter(serial: str, *readings: Taken, removed_on: date | None = None) -> Meter:
    return Meter(
        uuid4(), serial, len(readings[0].values), 5, "working", date(2020, 1, 1), removed_on, None, readings
    )


def rows(found: list[object]) -> list[tuple[str, str, str | None, list[str]]]:
    return [(str(m.period), m.basis, m.serial, [str(part) for part in m.kwh]) for m in found]  # type: ignore[attr-defined]


def test_months_with_a_reading_each_are_its_growth() -> None:
    one = meter("A", seen(1, 0, 0, source="opening"), seen(2, 100, 40), seen(3, 160, 70))
    assert rows(list(months([one], [], FIRST, LAST))) == [
        ("2026-02", "meter", "A", ["100", "40"]),
        ("2026-03", "meter", "A", ["60", "30"]),
    ]


def test_a_reading_after_months_without_takes_the_place_of_their_estimates() -> None:
    one = meter("A", seen(1, 0, source="opening"), seen(3, 590))
    estimates = [Estimate(Period(2026, month), "average", 1, [Decimal("123.5")]) for month in (2, 3, 4)]
    assert rows(list(months([one], estimates, FIRST, LAST))) == [
        ("2026-02", "meter", "A", ["280"]),
        ("2026-03", "meter", "A", ["310"]),
        ("2026-04", "average", None, ["123.5"]),
    ]


def test_the_month_of_a_replacement_has_a_row_for_each_meter() -> None:
    old = meter("A", seen(1, 0, source="opening"), seen(2, 50, source="removal", day=12))
    new = meter("B", seen(2, 5, 1, source="installation", day=12), seen(2, 25, 11))
    assert rows(list(months([old, new], [], FIRST, LAST))) == [
        ("2026-02", "meter", "A", ["50"]),
        ("2026-02", "meter", "B", ["20", "10"]),
    ]


def test_only_the_months_asked_for() -> None:
    one = meter("A", seen(1, 0, source="opening"), seen(5, 1000))
    found = months([one], [], Period(2026, 3), Period(2026, 4))
    assert [str(month.period) for month in found] == ["2026-03", "2026-04"]


@given(st.integers(2, 12), st.integers(0, 49_999))
def test_the_months_add_up_to_what_the_meter_showed(last: int, used: int) -> None:
    one = meter("A", seen(1, 0, source="opening"), seen(last, used))
    found = months([one], [], FIRST, LAST)
    assert sum(part for month in found for part in month.kwh) == used
    assert len(found) == last - 1
