"""The catalogue of checks of `domain.md` 3.2."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.period import Period
from services.readings.domain.consumption import growth, usual
from services.readings.domain.rules import Judgement, Limits, Scale, Taken, judge, previous_of

NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
OPEN = Period(2026, 11)
LIMITS = Limits(growth_factor=5, power_limit_kw=15)
MONTH_AGO = NOW - timedelta(days=30)
AT_FULL_POWER = 15 * 24 * 30
ACCEPTED = Judgement()
LOWER = Judgement("LOWER_THAN_PREVIOUS")


def taken(
    *values: int, at: datetime = MONTH_AGO, source: str = "customer", period: Period | None = None
) -> Taken:
    return Taken(period or Period.of(at.date()), at, source, values)


def verdict(*values: int, known: list[Taken], digits: int = 5, removed_on: date | None = None) -> Judgement:
    return judge(Scale(digits, removed_on), known, values, OPEN, NOW, LIMITS)


def test_a_meter_that_passed_its_last_number_used_what_lies_between() -> None:
    assert growth(99990, 15, digits=5) == 25


@given(st.integers(4, 7).flatmap(lambda n: st.tuples(st.just(n), *[st.integers(0, 10**n - 1)] * 2)))
def test_growth_is_what_brings_the_meter_from_one_reading_to_the_next(case: tuple[int, int, int]) -> None:
    digits, before, now = case
    used = growth(before, now, digits)
    assert 0 <= used < 10**digits
    assert (before + used) % 10**digits == now


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (1000, 1000, ACCEPTED),
        (1000, 1200, ACCEPTED),
        (1000, 1000 + AT_FULL_POWER, ACCEPTED),
        (1000, 1001 + AT_FULL_POWER, Judgement(doubts=("IMPLAUSIBLE_HIGH",))),
        (99990, 15, Judgement(doubts=("ROLLOVER",))),
        (99999, AT_FULL_POWER - 1, Judgement(doubts=("ROLLOVER",))),
        (99999, AT_FULL_POWER, LOWER),
        (12345, 12344, LOWER),
        (12345, 0, LOWER),
    ],
)
def test_a_reading_is_judged_by_the_previous_one(before: int, now: int, expected: Judgement) -> None:
    assert verdict(now, known=[taken(before)]) == expected


def test_a_step_back_on_a_short_scale_is_no_rollover_however_long_ago_the_previous_was() -> None:
    assert verdict(4990, known=[taken(5000)], digits=4) == LOWER
    old = taken(50000, at=NOW - timedelta(days=800))
    assert verdict(49990, known=[old]) == LOWER


def test_the_longer_ago_the_previous_reading_the_more_is_believed() -> None:
    grown = 20_000
    assert verdict(grown, known=[taken(0)]).doubts == ("IMPLAUSIBLE_HIGH",)
    assert verdict(grown, known=[taken(0, at=NOW - timedelta(days=60))]) == ACCEPTED


def test_a_reading_on_the_day_of_the_previous_one_is_given_a_day_of_growth() -> None:
    opening = taken(0, at=NOW, source="opening", period=Period(2026, 10))
    assert verdict(15 * 24, known=[opening]) == ACCEPTED
    assert verdict(15 * 24 + 1, known=[opening]).doubts == ("IMPLAUSIBLE_HIGH",)


def test_a_household_used_to_much_is_not_asked_about_it() -> None:
    usual_month = 9_000
    known = [taken(40000 - usual_month * i, at=MONTH_AGO - timedelta(days=30 * i)) for i in range(4)]
    assert verdict(40000 + 5 * usual_month, known=known) == ACCEPTED
    assert verdict(40001 + 5 * usual_month, known=known).doubts == ("IMPLAUSIBLE_HIGH",)


def test_a_reading_of_the_open_period_is_never_the_previous_one() -> None:
    submitted = taken(90000, at=NOW - timedelta(days=1))
    assert previous_of([submitted, taken(1000)], OPEN) == taken(1000)
    assert verdict(1200, known=[submitted, taken(1000)]) == ACCEPTED


def test_an_installation_reading_of_the_open_period_is_the_previous_one() -> None:
    installed = taken(7, at=NOW - timedelta(days=2), source="opening")
    assert previous_of([installed], OPEN) == installed
    assert verdict(3, known=[installed]) == LOWER


def test_without_any_reading_there_is_nothing_to_compare_with() -> None:
    assert verdict(54321, known=[]) == ACCEPTED


@pytest.mark.parametrize("source", ["control", "automatic"])
@pytest.mark.parametrize(
    ("value", "hours", "expected"),
    [
        (1100, -48, ACCEPTED),  # further on than the inspector saw two days ago
        (1050, -48, ACCEPTED),  # just what he saw
        (1049, -48, Judgement("NEWER_EXISTS")),  # he has already seen more
        (1100, 48, Judgement("NEWER_EXISTS")),  # he came later
        (1000, 48, ACCEPTED),  # equal to the previous one is always accepted
    ],
)
def test_a_newer_reading_of_others_wins(source: str, value: int, hours: int, expected: Judgement) -> None:
    seen = taken(1050, at=NOW + timedelta(hours=hours), source=source, period=OPEN)
    assert verdict(value, known=[seen, taken(1000)]) == expected


def test_a_removed_meter_takes_no_readings_from_the_day_it_was_removed() -> None:
    known = [taken(1000)]
    assert verdict(1000, known=known, removed_on=date(2026, 11, 20)) == Judgement("METER_CLOSED")
    assert verdict(1000, known=known, removed_on=date(2026, 11, 21)) == ACCEPTED


def two_zones(*steps: tuple[int, int]) -> list[Taken]:
    """Readings of past months, newest first, from (12000, 6000) back."""
    found, values, at = [], (12000, 6000), MONTH_AGO
    for day, night in [*steps, (0, 0)]:
        found.append(taken(*values, at=at))
        values, at = (values[0] - day, values[1] - night), at - timedelta(days=30)
    return found


@pytest.mark.parametrize(
    ("day", "night", "history", "asked"),
    [
        (60, 200, [(200, 60), (180, 70)], True),
        (60, 200, [(60, 200)], False),  # they always heat at night
        (60, 200, [], False),  # nothing to be contrary to
        (60, 170, [(200, 60)], False),  # more, but not much more
        (0, 20, [(200, 60)], False),  # a summer house
        (200, 60, [(200, 60)], False),
    ],
)
def test_night_far_above_day_is_doubted_when_it_was_never_so(
    day: int, night: int, history: list[tuple[int, int]], asked: bool
) -> None:
    found = verdict(12000 + day, 6000 + night, known=two_zones(*history))
    assert found == Judgement(doubts=("ZONES_SWAPPED",) if asked else ())


def test_zones_typed_the_other_way_round_are_refused_and_explained() -> None:
    found = verdict(6060, 12200, known=two_zones((200, 60)))
    assert found == Judgement("LOWER_THAN_PREVIOUS", ("ZONES_SWAPPED",))


def test_one_zone_going_down_is_enough_to_refuse() -> None:
    assert verdict(12100, 5999, known=two_zones()) == LOWER


def test_all_zones_together_must_be_believable() -> None:
    half = AT_FULL_POWER // 2
    assert verdict(12000 + half, 6000 + half, known=two_zones()) == ACCEPTED
    assert verdict(12001 + half, 6000 + half, known=two_zones()).doubts == ("IMPLAUSIBLE_HIGH",)


def test_a_correction_in_the_past_is_not_counted_as_consumption() -> None:
    days = [date(2026, 10, 20), date(2026, 9, 20), date(2026, 8, 21)]
    used, over = usual([(days[0], [900]), (days[1], [1000]), (days[2], [800])], 5, 15)
    assert (used, over) == ([200], 30)


values = st.integers(0, 99999)


@given(st.lists(st.tuples(values, values), min_size=1, max_size=6), st.integers(1, 400))
def test_an_equal_reading_is_always_accepted(known: list[tuple[int, int]], apart: int) -> None:
    readings = [taken(*pair, at=MONTH_AGO - timedelta(days=apart * i)) for i, pair in enumerate(known)]
    assert verdict(*known[0], known=readings) == ACCEPTED


@given(values, values, st.integers(1, 400))
def test_a_reading_that_is_accepted_at_once_never_went_down_or_grew_beyond_power(
    before: int, now: int, days: int
) -> None:
    found = verdict(now, known=[taken(before, at=NOW - timedelta(days=days), period=Period(2026, 10))])
    plain = now >= before and now - before <= 15 * 24 * days
    assert (found == ACCEPTED) == plain
    assert (found.reason == "LOWER_THAN_PREVIOUS") <= (now < before)
