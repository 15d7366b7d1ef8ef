"""What becomes of a letter after an attempt."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain.letters import (
    FIRST_PAUSE,
    GIVE_UP_AFTER,
    LONGEST_PAUSE,
    after,
    due_at,
    is_expired,
    pause,
)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def test_the_pause_doubles_from_two_seconds_to_half_an_hour() -> None:
    assert [pause(n).total_seconds() for n in (1, 2, 3, 4)] == [2, 4, 8, 16]
    assert pause(11) == pause(1000) == LONGEST_PAUSE


@given(st.integers(1, 10_000))
def test_a_pause_never_shrinks_and_stays_within_its_bounds(attempts: int) -> None:
    assert FIRST_PAUSE <= pause(attempts) <= pause(attempts + 1) <= LONGEST_PAUSE


@pytest.mark.parametrize(
    ("outcome", "state"),
    [("sent", "sent"), ("refused", "failed"), ("unwritable", "failed"), ("expired", "expired")],
)
def test_every_outcome_but_a_temporary_failure_is_final(outcome: str, state: str) -> None:
    step = after(outcome, 1, NOW, None, NOW)  # type: ignore[arg-type]
    assert (step.state, step.next_at, step.final) == (state, None, True)


def test_a_temporary_failure_is_tried_again_after_the_pause() -> None:
    step = after("temporary", 3, NOW, None, NOW)
    assert (step.state, step.next_at, step.final) == ("queued", NOW + timedelta(seconds=8), False)


def test_after_a_day_of_failures_a_letter_is_given_up() -> None:
    day_ago = NOW - GIVE_UP_AFTER
    assert after("temporary", 60, day_ago, None, NOW).state == "failed"
    assert after("temporary", 60, day_ago + timedelta(seconds=1), None, NOW).state == "queued"


def test_a_letter_waiting_beyond_its_expiry_is_taken_at_the_expiry_to_be_erased() -> None:
    soon = NOW + timedelta(seconds=3)
    assert after("temporary", 8, NOW, soon, NOW).next_at == soon
    assert due_at(NOW, NOW - timedelta(hours=1)) < NOW
    assert due_at(NOW, None) == NOW


def test_a_letter_expires_at_its_very_moment() -> None:
    assert is_expired(NOW, NOW)
    assert not is_expired(NOW + timedelta(microseconds=1), NOW)
    assert not is_expired(None, NOW)
