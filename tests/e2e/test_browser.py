"""What a customer sees in a real browser: the letter's link, the bank's card page, 3-D Secure, the way back."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from deploy.demo.visitor import (
    SECURE_CARD,
    SECURE_CODE,
    Mailbox,
    Visitor,
    activation_link,
    eventually,
    letter_link,
)
from deploy.local.system import LocalSystem
from tests.support.cabinets import objection_token
from tests.support.customer import PASSWORD, Customer, make_customer
from tests.support.households import Households

EXPECTED = (
    "Failed to load resource: the server responded with a status of 422",
    "[DOM] Password forms should have",
)
"""A form sent back, and Chromium's advice to name the user, whom the page of a recovery link does not know."""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone-sized page; anything in the console (a CSP refusal, a missing file) fails the test, but that a form
    was sent back with what is wrong."""
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 390, "height": 780}, locale="ru-RU")
    opened = context.new_page()
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert [text for text in complaints if not text.startswith(EXPECTED)] == []


def test_the_activation_link_opens_a_page_whose_button_activates(
    page: Page, system: LocalSystem, mailbox: Mailbox, household: Any
) -> None:
    visitor, email = Visitor(system.urls.gateway), f"browser-{household.account}@example.org"
    visitor.register(household.account, household.address, email, PASSWORD)
    page.goto(activation_link(mailbox.wait_letter(email, "Активация")))
    page.get_by_role("button", name="Активировать").click()
    page.get_by_role("heading", name="Готово").wait_for()
    assert visitor.sign_in(household.account, PASSWORD)["csrf_token"]


def test_the_recovery_link_opens_a_form_that_says_what_is_wrong_and_sets_the_password(
    page: Page, system: LocalSystem, customer: Customer
) -> None:
    visitor = Visitor(system.urls.gateway)
    visitor.ask_recovery(customer.account, customer.email)
    page.goto(letter_link(customer.mailbox.wait_letter(customer.email, "Восстановление"), "/recover"))
    page.get_by_label("Новый пароль", exact=True).fill("Another-moon-528")
    page.get_by_label("Новый пароль ещё раз").fill("Another-moon-529")
    page.get_by_role("button", name="Изменить пароль").click()
    page.get_by_role("alert").wait_for()
    assert page.get_by_text("Пароли не совпадают.").is_visible()
    assert page.get_by_label("Новый пароль ещё раз").evaluate("field => field === document.activeElement")
    page.get_by_label("Новый пароль", exact=True).fill("Another-moon-528")
    page.get_by_label("Новый пароль ещё раз").fill("Another-moon-528")
    page.get_by_role("button", name="Изменить пароль").click()
    page.get_by_role("heading", name="Готово").wait_for()
    assert visitor.sign_in(customer.account, "Another-moon-528")["csrf_token"]


def test_a_card_is_paid_with_3d_secure_and_the_browser_comes_back(page: Page, customer: Customer) -> None:
    payment = customer.start(123_45)
    page.goto(payment["form_url"])
    assert page.get_by_text("123,45").first.is_visible()
    page.get_by_label("Номер карты").fill(SECURE_CARD)
    page.get_by_label("Срок карты").fill("12/34")
    page.get_by_label("Код CVC").fill("123")
    page.get_by_role("button", name="Оплатить").click()
    page.get_by_label("Код из сообщения банка").fill(SECURE_CODE)
    page.get_by_role("button", name="Подтвердить").click()
    page.get_by_role("heading", name="Платёж проверяется").wait_for()
    assert f"payment={payment['id']}" in page.url
    customer.wait_state(payment["id"], "succeeded")


def test_the_objection_link_opens_a_page_whose_button_freezes(
    page: Page, system: LocalSystem, mailbox: Mailbox, customer: Customer, households: Households
) -> None:
    other = make_customer(system.urls.gateway, mailbox, households.take())
    other.visitor.post("/me/accounts", {"account": customer.account, "address": customer.home.address})
    letter = mailbox.wait_letter(customer.email, "подключён")
    page.goto(f"{system.urls.gateway}/objection?token={objection_token(letter)}")
    assert other.visitor.get("/me")["frozen"] == []
    page.get_by_role("button", name="Это не я").click()
    page.get_by_role("heading", name="Готово").wait_for()
    eventually(lambda: other.visitor.get("/me")["frozen"] == [customer.account], "the link is frozen", 3)


def test_the_legal_texts_are_read_from_the_first_page(page: Page, system: LocalSystem) -> None:
    page.goto(system.urls.gateway)
    page.get_by_role("link", name="Документы").click()
    page.get_by_role("link", name="Публичная оферта").click()
    page.get_by_role("heading", name="Публичная оферта", level=1).wait_for()
    page.get_by_role("heading", name="Как оплатить", level=2).wait_for()
    assert page.get_by_text("наименьшая — 0,01 рубля").is_visible()
