"""How many tries people have."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.auth.domain.limits import Failures, Window, client_subject

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_a_window_allows_its_limit_and_tells_how_long_to_wait() -> None:
    window = Window.at([NOW - 50 * MINUTE, NOW - 10 * MINUTE], 3, NOW)
    assert window.wait(NOW) == 0
    full = window.with_try(NOW)
    assert full.wait(NOW) == 10 * 60


def test_tries_older_than_an_hour_are_forgotten() -> None:
    window = Window.at([NOW - 61 * MINUTE, NOW - 60 * MINUTE, NOW - 59 * MINUTE], 2, NOW)
    assert len(window.tries) == 1
    assert window.wait(NOW) == 0


def test_a_lowered_limit_still_tells_when_the_next_try_is_allowed() -> None:
    window = Window.at([NOW - 40 * MINUTE, NOW - 30 * MINUTE, NOW - 20 * MINUTE], 2, NOW)
    wait = window.wait(NOW)
    later = NOW + timedelta(seconds=wait)
    assert Window.at(window.tries, 2, later).wait(later) == 0


@given(
    st.lists(st.integers(min_value=0, max_value=7200), max_size=60), st.integers(min_value=1, max_value=10)
)
def test_no_hour_ever_holds_more_tries_than_the_limit(gaps: list[int], limit: int) -> None:
    taken: list[datetime] = []
    now = NOW
    for gap in gaps:
        now += timedelta(seconds=gap)
        window = Window.at(taken, limit, now)
        if window.wait(now) == 0:
            taken = list(window.with_try(now).tries)
        assert len([t for t in taken if t > now - timedelta(hours=1)]) <= limit


def test_the_fifth_wrong_password_locks_for_a_minute_and_each_further_twice_as_long() -> None:
    failures, locks = Failures(), []
    now = NOW
    for _ in range(11):
        failures = failures.with_failure(now)
        locks.append(failures.wait(now))
        now += timedelta(seconds=failures.wait(now))
    assert locks == [0, 0, 0, 0, 60, 120, 240, 480, 900, 900, 900]


def test_failures_are_forgotten_after_a_quiet_day() -> None:
    failures = Failures(count=9, last=NOW - timedelta(hours=25))
    assert failures.with_failure(NOW).count == 1


def test_a_lock_opens_by_itself() -> None:
    failures = Failures(count=5, last=NOW, locked_until=NOW + MINUTE)
    assert failures.wait(NOW + MINUTE) == 0


@pytest.mark.parametrize(
    ("client", "subject"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("testclient", "testclient"),
    ],
)
def test_a_home_is_one_client_whatever_its_ipv6_address(client: str, subject: str) -> None:
    assert client_subject(client) == subject
