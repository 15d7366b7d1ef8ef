"""Account numbers, money, periods and Russian formats. What the client writes too stands in tests/words.json."""

import json
from contextlib import suppress
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.billing.document import amounts
from services.common.accounts import BadAccountNumber, parse_account
from services.common.money import roubles
from services.common.period import Period, period_of_reading
from services.common.russian import date_time, long_date, month_name, plural

WORDS: Final[dict[str, list[list[Any]]]] = json.loads(
    (Path(__file__).parents[2] / "words.json").read_text("utf-8")
)


@pytest.mark.parametrize(
    "typed",
    [
        "180211111",
        "(180)211111",
        " 180 211 111 ",
        "180-211-111",
        "180\u00a0211\u200b111",
        "\ufeff180211111",
        "№180211111",
        "л/с 180211111",
        "180.211.111",
        "180_211_111",
        "180\u2013211\u2014111",
        "180\u00ad211\u200d111",
        "\u202a180211111\u202c",
        "180\u2060211\u2009111\u3000",
        "\u200e180\u202f211\u200c111\r\n",
        "１８０２１１１１１",
        "(180) 211-111",
    ],
)
def test_an_account_number_is_read_however_it_is_pasted(typed: str) -> None:
    assert parse_account(typed) == "180211111"


@pytest.mark.parametrize(
    "typed",
    ["", "18021111", "1802111111", "abc", "１80211", "18O211111", "²80211111", "①80211111", "180 211 111 1"],
)
def test_what_has_not_nine_digits_is_no_account_number(typed: str) -> None:
    with pytest.raises(BadAccountNumber):
        parse_account(typed)


@given(st.text())
def test_any_text_gives_nine_digits_or_an_error(text: str) -> None:
    with suppress(BadAccountNumber):
        assert parse_account(text).isascii()


@pytest.mark.parametrize(("kopecks", "text"), WORDS["roubles"])
def test_money_is_written_in_roubles(kopecks: int, text: str) -> None:
    assert roubles(kopecks).replace("\u00a0", " ") == text


@given(st.integers(0, 10**12))
def test_no_kopeck_is_lost_in_writing(kopecks: int) -> None:
    digits = "".join(ch for ch in roubles(kopecks) if ch.isdigit())
    assert int(digits) == kopecks


@pytest.mark.parametrize(
    ("day", "period"),
    [
        ("2026-11-01", "2026-11"),
        ("2026-11-25", "2026-11"),
        ("2026-11-26", "2026-12"),
        ("2026-12-26", "2027-01"),
        ("2026-02-28", "2026-03"),
    ],
)
def test_a_reading_after_the_windows_end_counts_for_the_next_period(day: str, period: str) -> None:
    assert str(period_of_reading(date.fromisoformat(day), 25)) == period


def test_a_window_to_the_31st_takes_the_whole_of_a_short_month() -> None:
    assert str(period_of_reading(date(2026, 2, 28), 31)) == "2026-02"


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_periods_follow_each_other_without_gaps(day: date) -> None:
    period = Period.of(day)
    assert period.next.previous == period
    assert period.first_day <= day <= period.last_day
    assert (period.next.first_day - period.last_day).days == 1
    assert Period.parse(str(period)) == period


@pytest.mark.parametrize(("count", "text"), WORDS["plural"])
def test_a_noun_agrees_with_its_number(count: int, text: str) -> None:
    assert plural(count, "день", "дня", "дней") == text


@pytest.mark.parametrize(("volume", "text"), WORDS["kwh"])
def test_volumes_are_written_with_a_comma_and_no_idle_zeros(volume: str, text: str) -> None:
    assert amounts.kwh(Fraction(volume)).replace("\u00a0", " ") == text


@pytest.mark.parametrize(("day", "text"), WORDS["long_date"])
def test_dates_are_russian(day: str, text: str) -> None:
    assert long_date(date.fromisoformat(day)) == text


@pytest.mark.parametrize(("period", "text"), WORDS["month_name"])
def test_months_are_russian(period: str, text: str) -> None:
    assert month_name(Period.parse(period)) == text


@pytest.mark.parametrize(("moment", "text"), WORDS["date_time"])
def test_moments_are_in_moscow(moment: str, text: str) -> None:
    assert date_time(datetime.fromisoformat(moment)) == text


@pytest.mark.parametrize(("typed", "account"), WORDS["account"])
def test_what_the_client_forgives_the_server_forgives(typed: str, account: str | None) -> None:
    try:
        assert parse_account(typed) == account
    except BadAccountNumber:
        assert account is None
