"""What a bill says: figures as Russian paper writes them, reasons named, nothing that does not add up."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from services.billing.document.amounts import days_of, decimal_text, kwh, printable, signed, wrappable
from services.billing.document.facts import BillDoesNotAddUp, Paid, PenaltyFacts, Recalculation
from services.billing.document.render import document_key
from services.billing.document.wording import words_of
from services.common.period import Period
from tests.support.bills import PAYER, SAMPLES, bill, charge_line


@pytest.mark.parametrize(
    ("volume", "text"),
    [
        (Fraction(0), "0"),
        (Fraction(1234), "1\u00a0234"),
        (Fraction(123, 2), "61,5"),
        (Fraction(370, 3), "123,333"),
        (Fraction(-13, 3), "−4,333"),
        (Fraction(-1, 10000), "0"),
        (Fraction(5, 10000), "0,001"),
    ],
)
def test_volumes_have_at_most_three_decimals(volume: Fraction, text: str) -> None:
    assert kwh(volume) == text


def test_prices_keep_every_decimal_that_matters() -> None:
    prices = ("8.3", "8.32000", "5.2416", "1.936")
    assert [decimal_text(Decimal(price), 2) for price in prices] == ["8,30", "8,32", "5,2416", "1,936"]
    assert decimal_text(Decimal("60.00"), 0) == "60"


def test_days_are_short_within_a_month() -> None:
    assert days_of(date(2026, 10, 1), date(2026, 10, 14)) == "1–14 октября"
    assert days_of(date(2026, 10, 5), date(2026, 10, 5)) == "5 октября"
    assert days_of(date(2026, 10, 14), date(2026, 11, 3)) == "14.10–03.11.2026"


def test_what_adds_has_a_plus() -> None:
    assert [signed(kopecks) for kopecks in (100, 0, -100)] == ["+1,00\u00a0₽", "0,00\u00a0₽", "−1,00\u00a0₽"]


def test_signs_without_a_picture_are_asked_about_and_spaces_are_spaces() -> None:
    assert printable("ул.\u2009Кирова\n漢 e\u0301 «№ 5» −1 ₽") == "ул. Кирова ? é «№ 5» −1 ₽"


def test_a_word_that_no_line_holds_may_be_cut() -> None:
    assert wrappable("0" * 30) == "0" * 24 + "\u200b" + "0" * 6
    assert wrappable("Староказачинские 0123456789") == "Староказачинские 0123456789"


@pytest.mark.parametrize(
    "wrong",
    [
        {"charged": 112319},
        {"balance": 112321},
        {"to_pay": 112300},
        {"penalty": PenaltyFacts(paid=100), "payments": [Paid(date(2026, 10, 12), 108260, "bank")]},
        {"way": "average"},
    ],
)
def test_a_bill_that_does_not_add_up_cannot_be_made(wrong: dict[str, object]) -> None:
    with pytest.raises(BillDoesNotAddUp):
        bill(**wrong)


def test_an_overpayment_asks_for_nothing_and_says_where_the_money_goes() -> None:
    words = words_of(SAMPLES["overpayment"])
    assert words["pay"] == {
        "due": False,
        "sum": "Переплата 1\u00a0676,80\u00a0₽",
        "until": "Она пойдёт в счёт следующих месяцев.",
        "parts": "",
    }
    assert words["balance"][-2:] == [
        ["Переплата за электроэнергию", "", "−1\u00a0676,80\u00a0₽"],
        ["К оплате", "", "0,00\u00a0₽"],
    ]


def test_a_penalty_is_owed_though_the_main_debt_is_overpaid() -> None:
    owed = bill(opening=-500000, payments=[], penalty=PenaltyFacts(opening=700))
    assert owed.to_pay == 700
    assert words_of(owed)["pay"]["parts"] == "Электроэнергия 0,00\u00a0₽ и пени 7,00\u00a0₽"


def test_payments_have_dates_and_say_what_of_them_went_to_the_penalty() -> None:
    paid = [Paid(date(2026, 10, day), 10000, "post") for day in range(1, 10)]
    words = words_of(bill(payments=paid, penalty=PenaltyFacts(opening=300, paid=300)))
    label, note, amount = words["balance"][1]
    assert (label, amount) == ("Оплачено", "−897,00\u00a0₽")
    assert note.startswith("раньше 3 платежа на 300,00\u00a0₽; 04.10.2026\u00a0— 100,00\u00a0₽ (почта); ")
    assert note.endswith("; из них 3,00\u00a0₽ — в счёт пеней")


def test_the_reason_of_an_estimate_is_named() -> None:
    average, norm = words_of(SAMPLES["average"])["basis"], words_of(SAMPLES["norm"])["basis"]
    assert "не переданы, поэтому месяц посчитан по среднему расходу за последние 6 месяцев" in average
    assert "60\u00a0кВт·ч на человека × 2 человека (приказ министерства" in norm
    assert "повышающим коэффициентом 1,5" in norm
    assert words_of(SAMPLES["one_zone"])["basis"] == ""


def test_penalty_and_common_house_show_their_working() -> None:
    penalty = words_of(SAMPLES["debt_with_penalty"])["penalty"]
    assert penalty[0] == (
        "2\u00a0400,00\u00a0₽ (срок оплаты 15.07.2026) × 1/300 от 9,5\u00a0% × 10\u00a0дней (4–13 октября)"
        " = 7,60\u00a0₽"
    )
    common = words_of(SAMPLES["common_house"])
    assert "60 из 2\u00a0400 м² — 50 кВт·ч" in common["common_house"]
    assert ["Общедомовые нужды (ОДН)", "50", "1,936", "96,80\u00a0₽"] in common["lines"]["rows"]


def test_a_recalculation_has_its_month_and_reason() -> None:
    one = Recalculation(Period(2026, 9), "Был по среднему.", Fraction(140), 104720, Fraction(123), 92004)
    words = words_of(bill(recalculations=[one]))
    row = ["сентябрь 2026", "Был по среднему.", "140 кВт·ч, 1\u00a0047,20\u00a0₽", "123 кВт·ч, 920,04\u00a0₽"]
    assert words["recalculations"] == [[*row, "−127,16\u00a0₽"]]
    assert ["Перерасчёт за прошлые месяцы", "причина ниже", "−127,16\u00a0₽"] in words["balance"]


def test_columns_that_say_the_same_in_every_row_are_left_out() -> None:
    plain, rich = (words_of(SAMPLES[name])["lines"] for name in ("one_zone", "three_zones_with_ranges"))
    assert plain["rows"] == [["Электроэнергия", "135", "8,32", "1\u00a0123,20\u00a0₽"]]
    assert [len(row) for row in rich["rows"]] == [6] * 18
    assert {row[1] for row in rich["rows"]} == {"до 3\u00a0900", "3\u00a0900–6\u00a0000", "свыше 6\u00a0000"}


def test_who_has_nothing_to_read_is_told_why() -> None:
    assert "сам" in words_of(SAMPLES["automatic"])["read"]["how"]
    assert "Счётчика нет" in words_of(SAMPLES["norm"])["read"]["how"]
    assert words_of(SAMPLES["one_zone"])["read"]["title"] == "Передайте показания до 25 ноября"


def test_tax_is_inside_the_sum() -> None:
    assert "НДС 22\u00a0%: 202,54\u00a0₽" in words_of(bill(lines=[charge_line(135)]))["lines"]["vat"]


def test_the_key_of_a_document_changes_with_anything_on_paper() -> None:
    first = document_key(SAMPLES["one_zone"])
    assert first == document_key(bill())
    assert first != document_key(bill(payer=replace(PAYER, name="Иванова М. И.")))
    assert len({document_key(sample) for sample in SAMPLES.values()}) == len(SAMPLES)
