"""What a person reads about a payment, and the interval of the history."""

from datetime import date

import pytest

from services.payments.domain import words
from services.payments.domain.machine import State
from services.payments.handlers.history import months_before


def test_success_is_said_as_the_manual_says_it() -> None:
    assert words.message(State.SUCCEEDED, None) == "Платёж успешно выполнен"


@pytest.mark.parametrize("state", State)
def test_every_state_has_words(state: State) -> None:
    assert words.message(state, None)


@pytest.mark.parametrize(
    ("reason", "why"),
    [
        ("declined:116", "На карте не хватает денег"),
        ("declined:-2007", "Время на оплату вышло"),
        ("register:5", "Банк не принял заказ"),
    ],
)
def test_a_failure_says_why(reason: str, why: str) -> None:
    assert words.message(State.FAILED, reason) == f"Платёж не прошёл, деньги не списаны. {why}"


@pytest.mark.parametrize("reason", [None, "declined:424242", "declined:?", "expired"])
def test_an_unheard_of_reason_is_not_guessed_at(reason: str | None) -> None:
    assert words.message(State.FAILED, reason) == "Платёж не прошёл, деньги не списаны"


@pytest.mark.parametrize(
    ("zones", "kwh", "text"),
    [
        (["single"], [1234], "Текущие показания счётчика: 1234 кВт·ч"),
        (
            ["day", "night"],
            [1234, 567],
            "Текущие показания счётчика (день): 1234 кВт·ч\nТекущие показания счётчика (ночь): 567 кВт·ч",
        ),
        ([], [], ""),
    ],
)
def test_readings_are_named_by_zone(zones: list[str], kwh: list[int], text: str) -> None:
    assert words.readings(zones, kwh) == text


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 22), date(2026, 8, 22)),
        (date(2026, 5, 31), date(2026, 2, 28)),
        (date(2024, 5, 31), date(2024, 2, 29)),
        (date(2026, 1, 15), date(2025, 10, 15)),
    ],
)
def test_three_months_back_is_the_same_day_or_the_months_last(day: date, expected: date) -> None:
    assert months_before(day, 3) == expected
