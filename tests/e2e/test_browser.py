"""What a customer sees in a real browser: the letter's link, the bank's card page, 3-D Secure, the way back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from deploy.demo.visitor import (
    SECURE_CARD,
    SECURE_CODE,
)
from tests.support.customer import Customer


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A phone-sized page; anything in the console (a CSP refusal, a missing file) fails the test."""
    complaints: list[str] = []
    context = browser.new_context(viewport={"width": 390, "height": 780}, locale="ru-RU")
    opened = context.new_page()
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []


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
    page.wait_for_url(f"**/pay/return?payment={payment['id']}*")
    customer.wait_state(payment["id"], "succeeded")
