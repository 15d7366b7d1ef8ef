"""What an account's meters tell about a period when the month is closed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from services.common.period import Period
from services.readings.domain.closing import (
    Answer,
    Consumption,
    Meter,
    Past,
    Problem,
    Rules,
    consumption,
    said,
)
from services.readings.domain.rules import Limits, Taken

OCTOBER = Period(2026, 10)
RULES = Rules(window_end_day=25, limits=Limits(5, 15))


def seen(period: str, *values: int, on: str | None = None, source: str = "customer") -> Taken:
    """A reading for a period, by default of its 20th day."""
    of = Period.parse(period)
    day = date.fromisoformat(on) if on else of.first_day.replace(day=20)
    return Taken(of, datetime(day.year, day.month, day.day, 12, tzinfo=UTC), source, list(values))


def opened(*values: int, period: str = "2026-08") -> Taken:
    return seen(period, *values, source="opening")


def meter(*readings: Taken, **changed: Any) -> Meter:
    plain = Meter(
        id=uuid4(),
        serial="1",
        form=len(readings[0].values) if readings else 1,
        digits=5,
        state="working",
        installed_on=date(2020, 1, 1),
        removed_on=None,
        verification_due=None,
        readings=readings,
    )
    return replace(plain, **changed)


def told(*meters: Meter, period: Period = OCTOBER) -> Consumption:
    return consumption(meters, period, RULES)


def used(found: Consumption) -> list[tuple[list[int], str, str]]:
    """kWh by zone, the day after which and the day until which they were used, a meter each."""
    return [(list(use.kwh), str(use.before_counts_on), str(use.now_counts_on)) for use in found.uses]


METERED: dict[str, tuple[Meter, list[int], str]] = {
    "since the period before": (
        meter(opened(100), seen("2026-09", 250), seen("2026-10", 400)),
        [150],
        "2026-09-30",
    ),
    "since the opening": (meter(opened(100), seen("2026-10", 400)), [300], "2026-08-31"),
    "by zone": (meter(opened(100, 50), seen("2026-10", 160, 70)), [60, 20], "2026-08-31"),
    "nothing was used": (meter(opened(100), seen("2026-10", 100)), [0], "2026-08-31"),
    "the meter began anew from zero": (
        meter(opened(100), seen("2026-09", 99950), seen("2026-10", 30)),
        [80],
        "2026-09-30",
    ),
    "of two the later, a control reading": (
        meter(
            opened(100),
            seen("2026-10", 180, on="2026-10-10"),
            seen("2026-10", 200, on="2026-10-24", source="control"),
        ),
        [100],
        "2026-08-31",
    ),
    "what belongs to the next period is left for it": (
        meter(opened(100), seen("2026-10", 180), seen("2026-11", 300, on="2026-10-28")),
        [80],
        "2026-08-31",
    ),
    "an automatic meter's reading of the last day": (
        meter(opened(100), seen("2026-10", 180, on="2026-10-31", source="automatic")),
        [80],
        "2026-08-31",
    ),
    "a meter that broke after its reading": (
        meter(opened(100), seen("2026-10", 180), state="faulty"),
        [80],
        "2026-08-31",
    ),
}


@pytest.mark.parametrize("case", METERED)
def test_a_meter_with_a_reading_tells_what_was_used_since_its_last(case: str) -> None:
    of, kwh, after = METERED[case]
    through = [reading for reading in of.readings if reading.period <= OCTOBER]
    found = told(replace(of, readings=through))
    assert (found.answer, found.form, found.past) == ("metered", of.form, ())
    assert used(found) == [(kwh, after, "2026-10-31")]


def test_a_control_reading_below_what_was_told_counts_from_the_last_true_one() -> None:
    read = [opened(100), seen("2026-09", 150), seen("2026-10", 400)]
    checked = meter(*read, seen("2026-11", 220, source="control"))
    assert used(told(checked, period=OCTOBER.next)) == [([70], "2026-09-30", "2026-11-30")]
    later = meter(*checked.readings, seen("2026-12", 260))
    assert used(told(later, period=OCTOBER.next.next)) == [([40], "2026-11-30", "2026-12-31")]


def test_a_control_reading_below_the_opening_one_is_for_staff_to_look_at() -> None:
    checked = meter(opened(500), seen("2026-10", 220, source="control"))
    assert told(checked).problem == "inconsistent_readings"


def test_a_replaced_meter_and_its_successor_are_two_uses() -> None:
    old = meter(
        opened(100),
        seen("2026-10", 170, on="2026-10-12", source="removal"),
        state="closed",
        removed_on=date(2026, 10, 12),
    )
    new = meter(
        seen("2026-10", 3, 1, on="2026-10-12", source="installation"),
        seen("2026-10", 40, 20),
        installed_on=date(2026, 10, 12),
    )
    found = told(old, new)
    assert (found.answer, found.form) == ("metered", 2)
    assert used(found) == [([70], "2026-08-31", "2026-10-12"), ([37, 19], "2026-10-12", "2026-10-31")]


def test_a_new_meter_without_a_reading_yet_leaves_its_days_for_later() -> None:
    old = meter(
        opened(100),
        seen("2026-10", 170, on="2026-10-12", source="removal"),
        state="closed",
        removed_on=date(2026, 10, 12),
    )
    installed = seen("2026-10", 3, on="2026-10-12", source="installation")
    new = meter(installed, installed_on=date(2026, 10, 12))
    assert used(told(old, new)) == [([70], "2026-08-31", "2026-10-12")]
    later = replace(new, readings=[installed, seen("2026-11", 63)])
    assert used(told(old, later, period=OCTOBER.next)) == [([60], "2026-10-12", "2026-11-30")]


def test_a_replacement_told_after_its_month_was_charged_takes_a_day_of_the_next() -> None:
    old = meter(
        opened(100),
        seen("2026-09", 150),
        seen("2026-10", 170, on="2026-09-28", source="removal"),
        state="closed",
        removed_on=date(2026, 9, 28),
    )
    assert used(told(old)) == [([20], "2026-09-30", "2026-10-01")]
    new = meter(
        seen("2026-10", 3, on="2026-09-28", source="installation"),
        seen("2026-10", 45),
        installed_on=date(2026, 9, 28),
    )
    assert used(told(old, new)) == [
        ([20], "2026-09-30", "2026-10-01"),
        ([42], "2026-09-30", "2026-10-31"),
    ]


def test_a_replacement_told_after_a_month_without_a_reading_keeps_its_own_days() -> None:
    old = meter(
        opened(100),
        seen("2026-10", 170, on="2026-09-28", source="removal"),
        state="closed",
        removed_on=date(2026, 9, 28),
    )
    new = meter(
        seen("2026-10", 3, on="2026-09-28", source="installation"),
        seen("2026-10", 45),
        installed_on=date(2026, 9, 28),
    )
    assert used(told(old, new)) == [
        ([70], "2026-08-31", "2026-09-28"),
        ([42], "2026-09-28", "2026-10-31"),
    ]


def test_a_meter_replaced_after_the_period_still_served_in_it() -> None:
    old = meter(opened(100), seen("2026-10", 170), state="closed", removed_on=date(2026, 11, 2))
    new = meter(installed_on=date(2026, 11, 2))
    assert used(told(old, new)) == [([70], "2026-08-31", "2026-10-31")]


SILENT: dict[str, tuple[Sequence[Meter], Answer]] = {
    "nothing for the period": ([meter(opened(100))], "no_reading"),
    "broken": ([meter(opened(100), state="faulty")], "faulty"),
    "broken without any reading": ([meter(state="faulty")], "faulty"),
    "taken away without a successor": ([meter(opened(100), state="closed")], "faulty"),
    "verification ran out within the period": (
        [meter(opened(100), seen("2026-10", 400), verification_due=date(2026, 10, 30))],
        "faulty",
    ),
    "verification holds through the last day": (
        [meter(opened(100), verification_due=date(2026, 10, 31))],
        "no_reading",
    ),
    "no meter at all": ([], "no_meter"),
    "a meter of later": ([meter(opened(100), installed_on=date(2026, 11, 1))], "no_meter"),
    "a working one beside a broken one": (
        [meter(opened(100), state="faulty"), meter(opened(100))],
        "no_reading",
    ),
}


@pytest.mark.parametrize("case", SILENT)
def test_without_a_reading_the_answer_says_why(case: str) -> None:
    meters, answer = SILENT[case]
    found = told(*meters)
    assert (found.answer, list(found.uses), found.problem) == (answer, [], None)


WRONG: dict[str, tuple[Sequence[Meter], Problem]] = {
    "two open meters": ([meter(opened(100)), meter(opened(100), seen("2026-10", 120))], "two_open_meters"),
    "no opening reading": ([meter(seen("2026-10", 120))], "no_opening_reading"),
    "no reading at all": ([meter()], "no_opening_reading"),
    "opened when the period was charged by others": (
        [meter(opened(100, period="2026-10"), seen("2026-10", 120))],
        "no_opening_reading",
    ),
    "taken after the window": (
        [meter(opened(100), seen("2026-10", 120, on="2026-10-26"))],
        "reading_of_the_future",
    ),
    "automatic, after the month": (
        [meter(opened(100), seen("2026-10", 120, on="2026-11-01", source="automatic"))],
        "reading_of_the_future",
    ),
    "lower": ([meter(opened(5000), seen("2026-10", 4000))], "inconsistent_readings"),
    "lower in one zone": ([meter(opened(5000, 100), seen("2026-10", 5100, 90))], "inconsistent_readings"),
    "another number of zones": (
        [meter(opened(100), seen("2026-10", 5100, 90), form=1)],
        "inconsistent_readings",
    ),
    "more digits than the meter has": (
        [meter(opened(100), seen("2026-10", 100_000))],
        "inconsistent_readings",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_data_that_contradict_themselves_are_never_charged(case: str) -> None:
    meters, problem = WRONG[case]
    found = told(*meters)
    assert (found.answer, found.problem, list(found.uses)) == ("problem", problem, [])


def test_where_two_periods_are_enough_they_tell_what_all_readings_tell() -> None:
    meters = [of for of, _, _ in METERED.values()]
    meters += [of for several, _ in (*SILENT.values(), *WRONG.values()) for of in several]
    enough = 0
    for of in meters:
        through = replace(of, readings=[reading for reading in of.readings if reading.period <= OCTOBER])
        near = replace(of, readings=[r for r in through.readings if r.period >= OCTOBER.previous])
        if said(near, OCTOBER):
            enough += 1
            few, all_of_them = told(near), told(through)
            assert (few.answer, few.problem, used(few)) == (all_of_them.answer, None, used(all_of_them))
    assert 0 < enough < len(meters)


@pytest.mark.parametrize("case", [*SILENT, "lower", "lower in one zone", "another number of zones"])
def test_two_periods_are_not_enough_for_an_estimate_or_a_fall(case: str) -> None:
    meters = (SILENT | WRONG)[case][0]
    assert not any(said(of, OCTOBER) for of in meters)


def test_the_past_are_twelve_months_of_pairs_newest_first() -> None:
    readings = [opened(0, period="2024-12")]
    readings += [seen(f"2025-{month:02d}", 100 * month) for month in range(1, 13)]
    readings += [seen(f"2026-{month:02d}", 1200 + 100 * month) for month in (1, 2, 5, 8)]
    found = told(meter(*readings))
    assert found.answer == "no_reading"
    assert found.past[0] == Past(1, [300], date(2026, 5, 31), date(2026, 8, 31))
    assert found.past[1] == Past(1, [300], date(2026, 2, 28), date(2026, 5, 31))
    assert found.past[-1] == Past(1, [100], date(2025, 9, 30), date(2025, 10, 31))
    assert len(found.past) == 7


def test_the_past_knows_rollovers_and_leaves_out_what_is_no_use() -> None:
    found = told(
        meter(
            opened(99_990, period="2026-03"),
            seen("2026-04", 10),
            seen("2026-05", 70_000),
            seen("2026-06", 69_990),
            seen("2026-07", 70_100),
            seen("2026-08", 70_200),
            verification_due=date(2026, 8, 1),
        )
    )
    assert found.answer == "faulty"
    assert [(list(past.kwh), str(past.until)) for past in found.past] == [
        ([110], "2026-07-31"),
        ([20], "2026-04-30"),
    ]


def test_the_past_spans_a_replacement_with_each_meters_form() -> None:
    old = meter(
        opened(100, period="2026-06"),
        seen("2026-08", 170, on="2026-08-12", source="removal"),
        state="closed",
        removed_on=date(2026, 8, 12),
    )
    new = meter(
        seen("2026-08", 0, 0, on="2026-08-12", source="installation"),
        seen("2026-09", 40, 20),
        installed_on=date(2026, 8, 12),
    )
    assert told(old, new).past == [
        Past(2, [40, 20], date(2026, 8, 12), date(2026, 9, 30)),
        Past(1, [70], date(2026, 6, 30), date(2026, 8, 12)),
    ]
