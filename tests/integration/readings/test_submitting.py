"""Submitting a reading: what is kept, what is asked, what is told."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from services.common.clock import real_now
from services.contracts.errors import ServiceError
from tests.support.metered import OPEN, Metered, Told

Make = Callable[..., Metered]


def test_a_reading_is_kept_told_and_counts_for_the_open_period(metered: Make, told: Told) -> None:
    home, user = metered(1000, 500), uuid4()
    given = home.submit("01120", "540", user=user)
    assert (given.status, given.values, given.zones) == ("accepted", [1120, 540], ["day", "night"])
    assert (given.period, given.source, given.current) == (str(OPEN), "customer", True)
    [event] = told.about(given, home.account)
    assert (event.values, event.period, event.status) == ([1120, 540], str(OPEN), "accepted")
    assert (event.user, event.payment_id, event.meter_id) == (user, None, home.meter_id)


def test_the_same_values_again_are_the_same_reading_whoever_gives_them(metered: Make, told: Told) -> None:
    home = metered(1000)
    first = home.submit(1100)
    assert home.submit(1100, payment_id=uuid4()) == first
    assert home.check(1100).doubts == []
    last = home.submit(1101)
    assert [event.values for event in told.about(last, home.account)] == [[1100], [1101]]


def test_other_values_take_the_place_of_the_former_which_stay_in_the_history(metered: Make) -> None:
    home = metered(1000)
    home.submit(1100)
    home.submit(1090)
    again = home.submit(1100)
    rows = [(row.values, row.current) for row in home.history() if row.source == "customer"]
    assert rows == [([1100], True), ([1090], False), ([1100], False)]
    assert home.history()[0].id == again.id


def test_a_lower_reading_is_kept_as_refused_and_changes_nothing_else(metered: Make, told: Told) -> None:
    home, payment = metered(1000), uuid4()
    standing = home.submit(1100)
    refused = home.submit(999, payment_id=payment)
    assert (refused.status, refused.reason, refused.current) == ("refused", "LOWER_THAN_PREVIOUS", False)
    assert refused.message.startswith("Не принято: показания меньше предыдущих.")
    assert home.submit(999).id == refused.id
    assert [row.id for row in home.history() if row.current and row.source == "customer"] == [standing.id]
    event = told.about(refused, home.account)[-1]
    assert (event.status, event.reason, event.payment_id) == ("refused", "LOWER_THAN_PREVIOUS", payment)


def test_a_doubted_reading_is_kept_only_when_these_very_values_are_confirmed(metered: Make) -> None:
    home = metered(99990)
    asked = home.check(15)
    assert (asked.status, asked.doubts) == ("accepted", ["ROLLOVER"])
    with pytest.raises(ServiceError) as refusal:
        home.submit(15)
    details = refusal.value.details
    assert (refusal.value.code, details["doubts"]) == ("confirmation_needed", ["ROLLOVER"])
    assert details["messages"] == [asked.message]
    assert details["confirm"] == asked.confirm
    with pytest.raises(ServiceError, match="confirmation_needed"):
        home.submit(16, confirm=asked.confirm)
    assert home.check(15, confirm=asked.confirm).doubts == []
    key = uuid4().hex
    assert home.submit(15, confirm=asked.confirm, key=key).status == "accepted"
    assert home.submit(15).values == [15]


def test_errors_of_format_stop_the_form_and_name_every_field(metered: Make) -> None:
    home = metered(1000, 500)
    with pytest.raises(ServiceError) as refusal:
        home.submit("12,5", "123456")
    assert refusal.value.code == "invalid_request"
    found = [(field.field, field.code) for field in refusal.value.fields]
    assert found == [("values.0", "NOT_INTEGER"), ("values.1", "TOO_MANY_DIGITS")]
    assert len(home.history()) == 1


def test_a_control_reading_that_saw_more_refuses_a_lower_one(metered: Make) -> None:
    home = metered(1000)
    home.read(1200, source="control", period=OPEN, at=real_now() - timedelta(hours=1))
    assert home.submit(1100).reason == "NEWER_EXISTS"
    assert home.submit(1201).status == "accepted"


def test_two_submissions_at_once_leave_one_standing(metered: Make, told: Told) -> None:
    home = metered(1000)
    waiting = [home.submit_later(value) for value in (1100, 1101, 1102, 1100)]
    given = [answer.result() for answer in waiting]
    rows = [row for row in home.history() if row.source == "customer"]
    assert [row.current for row in rows] == [True] + [False] * (len(rows) - 1)
    assert {row.id for row in rows} == {reading.id for reading in given}


def test_a_submission_repeated_at_once_under_one_key_is_one(metered: Make) -> None:
    home, user = metered(1000), uuid4()
    waiting = [home.submit_later(1100, key="once", user=user) for _ in range(4)]
    assert len({answer.result().id for answer in waiting}) == 1
    home.submit(1200)
    assert home.submit(1100, key="once", user=user).id == waiting[0].result().id
    assert [row.values for row in home.history() if row.source == "customer"] == [[1200], [1100]]
    with pytest.raises(ServiceError, match="idempotency_conflict"):
        home.submit(1300, key="once", user=user)
