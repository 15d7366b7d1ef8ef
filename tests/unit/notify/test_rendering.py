"""Letters say what they must, the same in HTML and in text, and nobody can put markup into them."""

import re
from html import unescape
from typing import get_args

import pytest
from jinja2 import UndefinedError

from services.contracts.letters import (
    LETTER_PARAMS,
    OPTIONAL_PARAMS,
    SEALS,
    LinkAndCode,
    LinkOnly,
    ReceiptParams,
    Template,
)
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


PARAMS = {
    "account": "180211111",
    "at": "05.11.2026 14:03",
    "how": "changed",
    "new_email": "a***@mail.ru",
    "device": "Chrome, Android",
}
PLAIN: list[Template] = [name for name in get_args(Template) if name != "receipt"]


def plain(template: Template, **changes: str) -> Text:
    """A letter of a template with everything it may say."""
    seal = {LinkAndCode: SEAL, LinkOnly: LinkOnly(link=SEAL.link), None: None}[SEALS.get(template)]
    return rendering.plain_letter(template, RETAILER, PARAMS | changes, seal, "22.11.2026 12:00")


def activation() -> Text:
    return plain("activation")


def both(text: Text) -> tuple[str, str]:
    return text.plain, words(text.html)


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


@pytest.mark.parametrize("template", PLAIN)
def test_a_letter_says_all_its_params_in_html_and_in_text(template: Template) -> None:
    text = plain(template)
    said = {*LETTER_PARAMS[template], *OPTIONAL_PARAMS.get(template, ())} - {"how"}
    for part in both(text):
        assert text.subject in part
        for name in said:
            assert PARAMS[name] in part, name


@pytest.mark.parametrize("template", PLAIN)
def test_text_and_html_say_the_same_words(template: Template) -> None:
    """Whoever reads the text misses nothing but the button: there a link is opened."""
    text = plain(template)
    in_text, in_page = (re.findall(r"\w+", part.replace(SEAL.link, "")) for part in both(text))
    assert set(in_text) - set(in_page) <= {"Откройте", "откройте", "ссылку"}


@pytest.mark.parametrize("template", sorted(SEALS))
def test_a_letter_with_a_link_says_until_when_it_works(template: Template) -> None:
    text = plain(template)
    assert f"\n{SEAL.link}\n" in text.plain
    assert text.html.count('href="https://svet.test/activate?token=abc&amp;x=1"') == 2
    for part in both(text):
        assert "22.11.2026 12:00" in part
        assert ("042917" in part) == (SEALS[template] is LinkAndCode)


@pytest.mark.parametrize("template", PLAIN)
def test_a_letter_says_what_to_do_when_it_was_not_you(template: Template) -> None:
    for part in both(plain(template)):
        assert re.search(r"Если (это были не вы|вы об этом не знаете|вы этого не ждали|счёт ваш)", part)


def test_a_notice_says_how_the_password_came_to_be_another() -> None:
    for part in both(plain("password_changed", how="recovered")):
        assert "по письму для восстановления" in part
        assert "Все сеансы завершены" in part
    for part in both(plain("password_changed")):
        assert "по письму" not in part
        assert "На остальных устройствах" in part


@pytest.mark.parametrize("template", ["password_changed", "email_changed", "pin_blocked"])
def test_an_unknown_device_is_left_out(template: Template) -> None:
    for part in both(plain(template, device="")):
        assert "Устройство" not in part


@pytest.mark.parametrize("template", PLAIN)
def test_a_letter_without_one_of_its_params_is_not_written(template: Template) -> None:
    for name in LETTER_PARAMS[template]:
        params = {kept: PARAMS[kept] for kept in PARAMS if kept != name}
        with pytest.raises(ValueError, match=name):
            rendering.plain_letter(template, RETAILER, params, SEAL, "22.11.2026 12:00")


def everything() -> list[Text]:
    return [rendering.receipt(RETAILER, RECEIPT), *(plain(template) for template in PLAIN)]


def test_every_letter_ends_with_whom_to_ask() -> None:
    for text in everything():
        for part in both(text):
            for fact in (RETAILER.name, RETAILER.phone, RETAILER.email, RETAILER.address):
                assert fact in part
        assert 'href="tel:+74842701838"' in text.html


@pytest.mark.parametrize("template", PLAIN)
def test_markup_in_a_param_is_shown_as_text(template: Template) -> None:
    for name in {*LETTER_PARAMS[template], *OPTIONAL_PARAMS.get(template, ())} - {"how"}:
        text = plain(template, **{name: "<b onclick=x>"})
        assert "<b onclick" not in text.html
        assert "&lt;b onclick=x&gt;" in text.html
        assert "<b onclick=x>" in text.plain


def test_markup_in_a_fact_is_shown_as_text() -> None:
    text = rendering.receipt(RETAILER, RECEIPT.model_copy(update={"address": '<img src=x onerror="a()">'}))
    assert "<img" not in text.html
    assert '<img src=x onerror="a()">' in words(text.html.replace("&lt;", "‹").replace("&gt;", "›")).replace(
        "‹", "<"
    ).replace("›", ">")
    assert '<img src=x onerror="a()">' in text.plain


def test_html_loads_nothing_from_the_network() -> None:
    for text in everything():
        assert not re.search(r"<(img|script|link|iframe)\b|url\(", text.html)


def test_a_missing_fact_is_an_error_rather_than_a_gap() -> None:
    with pytest.raises(UndefinedError):
        rendering._render("receipt", RETAILER, amount="1")
