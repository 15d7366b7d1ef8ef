"""Letters say what they must, the same in HTML and in text, and nobody can put markup into them."""

import re
from html import unescape

import pytest
from jinja2 import UndefinedError

from services.contracts.letters import LinkAndCode, ReceiptParams
from services.notify import rendering
from services.notify.rendering import Retailer, Text

RETAILER = Retailer("ПАО «Свет»", "(4842) 701-838", "support@svet.test", "Калуга, пер. Суворова, 8")
SEAL = LinkAndCode(link="https://svet.test/activate?token=abc&x=1", code="042917")
RECEIPT = ReceiptParams(
    amount="1\u00a0234,56\u00a0₽",
    paid_at="22.11.2026 10:15",
    payment_id="0198c5b2-1f7a-7d32-b0a6-6f6c2c9a11ee",
    account="180211111",
    address="Калуга, ул. Никитина, д. 5, кв. 12",
    readings="Текущие показания счётчика (день): 12345\nТекущие показания счётчика (ночь): 6789",
)


def words(html: str) -> str:
    """The text of a page as a person sees it, on one line."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def activation() -> Text:
    return rendering.activation(RETAILER, SEAL, "22.11.2026 12:00")


def test_an_activation_letter_has_the_link_the_code_and_the_time_they_end() -> None:
    text = activation()
    assert text.subject == "Активация личного кабинета"
    assert f"\n{SEAL.link}\n" in text.plain
    assert 'href="https://svet.test/activate?token=abc&amp;x=1"' in text.html
    for part in (text.plain, words(text.html)):
        for fact in ("042917", "22.11.2026 12:00", "Если это были не вы"):
            assert fact in part


def test_a_receipt_has_date_sum_number_readings_account_and_address() -> None:
    text = rendering.receipt(RETAILER, RECEIPT)
    assert text.subject == "Квитанция об оплате электроэнергии"
    facts = (
        "22.11.2026 10:15", RECEIPT.payment_id, "180211111", RECEIPT.address, "(день)", "12345", "(ночь)", "6789",
    )  # fmt: skip
    for part in (text.plain, words(text.html)):
        for fact in facts:
            assert fact in part
    assert RECEIPT.amount in text.plain
    assert RECEIPT.amount in text.html


def test_a_receipt_without_a_meter_names_no_readings() -> None:
    text = rendering.receipt(RETAILER, RECEIPT.model_copy(update={"readings": ""}))
    assert "оказания" not in text.plain + text.html


def test_every_letter_ends_with_whom_to_ask() -> None:
    for text in (activation(), rendering.receipt(RETAILER, RECEIPT)):
        for part in (text.plain, words(text.html)):
            for fact in (RETAILER.name, RETAILER.phone, RETAILER.email, RETAILER.address):
                assert fact in part
        assert 'href="tel:+74842701838"' in text.html


def test_markup_in_a_fact_is_shown_as_text() -> None:
    text = rendering.receipt(RETAILER, RECEIPT.model_copy(update={"address": '<img src=x onerror="a()">'}))
    assert "<img" not in text.html
    assert '<img src=x onerror="a()">' in words(text.html.replace("&lt;", "‹").replace("&gt;", "›")).replace(
        "‹", "<"
    ).replace("›", ">")
    assert '<img src=x onerror="a()">' in text.plain


def test_html_loads_nothing_from_the_network() -> None:
    for text in (activation(), rendering.receipt(RETAILER, RECEIPT)):
        assert not re.search(r"<(img|script|link|iframe)\b|url\(", text.html)


def test_a_missing_fact_is_an_error_rather_than_a_gap() -> None:
    with pytest.raises(UndefinedError):
        rendering._render("receipt", RETAILER, amount="1")
