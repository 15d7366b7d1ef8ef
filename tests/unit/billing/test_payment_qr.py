"""The payment QR by ГОСТ Р 56042-2014: `domain.md` 2, vector 12.2."""

from dataclasses import replace

import pytest

from services.billing.document.qr import BadPaymentOrder, PaymentOrder, order_of, payment_text, reading_link
from services.common.period import Period
from tests.support.bills import SAMPLES

ORDER = PaymentOrder(
    payee='ПАО "Калужская сбытовая компания"',
    account="40702810000000000000",
    bank="БАНК",
    bic="044525225",
    correspondent="30101810400000000225",
    inn="4029030252",
    personal_account="180111111",
    period=Period(2026, 10),
    amount=123456,
)
VECTOR = (
    'ST00012|Name=ПАО "Калужская сбытовая компания"|PersonalAcc=40702810000000000000|BankName=БАНК'
    "|BIC=044525225|CorrespAcc=30101810400000000225|PayeeINN=4029030252|PersAcc=180111111|PaymPeriod=102026"
    "|Sum=123456|Purpose=Оплата электроэнергии, л/с 180111111|TechCode=02"
)


def test_the_vector_of_the_domain_comes_out() -> None:
    text = payment_text(ORDER.fields)
    assert text == VECTOR
    assert (len(text), len(text.encode()), len(text.encode("cp1251"))) == (263, 317, 263)
    assert len("|".join(text.split("|")[1:6]).encode()) == 163


def test_the_sum_is_kopecks_of_the_whole_bill_penalty_included() -> None:
    bill = SAMPLES["debt_with_penalty"]
    assert order_of(bill).fields["Sum"] == str(bill.to_pay)
    assert bill.to_pay == bill.balance + bill.penalty.balance


def test_the_payer_may_be_left_to_choose_the_sum() -> None:
    assert "|Sum=" not in payment_text(replace(ORDER, amount=None).fields)


@pytest.mark.parametrize(
    ("payee", "separator"), [('ПАО "К|К"', "#"), ("К|К #1", ";"), ("|#;:^_", "~"), ("К;К", "|")]
)
def test_another_separator_serves_when_a_value_holds_the_usual_one(payee: str, separator: str) -> None:
    text = payment_text(replace(ORDER, payee=payee).fields)
    assert text.startswith(f"ST00012{separator}Name={payee}{separator}PersonalAcc=")
    assert len(text.split(separator)) == 12


def test_a_value_with_every_separator_is_refused() -> None:
    with pytest.raises(BadPaymentOrder, match="separator"):
        payment_text(replace(ORDER, payee="|#;:^_~").fields)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("payee", ""),
        ("payee", "К" * 161),
        ("payee", "два\nслова"),
        ("account", "4070281000000000000"),
        ("account", "00702810000000000000"),
        ("bank", "Б" * 46),
        ("bic", "04452522"),
        ("correspondent", ""),
        ("correspondent", "301"),
        ("inn", "402903025"),
        ("amount", 0),
        ("amount", 10**18),
    ],
)
def test_a_field_against_the_standard_is_refused(field: str, value: object) -> None:
    with pytest.raises(BadPaymentOrder):
        payment_text(replace(ORDER, **{field: value}).fields)  # type: ignore[arg-type]


def test_a_bank_without_a_correspondent_account_has_a_nought() -> None:
    assert "|CorrespAcc=0|" in payment_text(replace(ORDER, correspondent="0").fields)


def test_the_mandatory_fields_take_at_most_three_hundred_bytes() -> None:
    name = ORDER.payee[:-1] + "я" * 68 + 'x"'
    text = payment_text(replace(ORDER, payee=name).fields)
    assert len("|".join(text.split("|")[1:6]).encode()) == 300
    with pytest.raises(BadPaymentOrder, match="300 bytes"):
        payment_text(replace(ORDER, payee=name[:-1] + "я").fields)


def test_the_mandatory_fields_come_first_in_their_order() -> None:
    fields = ORDER.fields
    swapped = {"PersonalAcc": fields["PersonalAcc"], **fields}
    with pytest.raises(BadPaymentOrder, match="order"):
        payment_text(swapped)


def test_no_personal_data_but_the_account_number_is_in_the_qr() -> None:
    bill = SAMPLES["long_texts"]
    text = payment_text(order_of(bill).fields)
    assert "Константинопольская" not in text
    assert "Рокоссовского" not in text


def test_the_link_to_the_form_of_readings_names_the_account() -> None:
    assert reading_link("https://svet.kaluga.ru", "180111111") == (
        "https://svet.kaluga.ru/readings?account=180111111"
    )
