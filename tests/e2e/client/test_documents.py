"""What anybody may read: legal texts, contacts; and how the pages look."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.support.client import Client
from tests.support.customer import Customer


def test_a_legal_text_is_read_from_the_list_and_from_a_link_to_its_version(
    page: Page, client: Client
) -> None:
    page.goto("/documents")
    page.get_by_role("link", name="Публичная оферта").click()
    page.get_by_role("heading", name="Публичная оферта", level=1).wait_for()
    page.get_by_role("heading", name="Как оплатить", level=2).wait_for()
    assert page.locator("main ol li").first.inner_text().startswith("Введите показания")
    page.goto("/documents/privacy_policy?version=2026-11")
    link = page.get_by_role("link", name="kskkaluga.ru")
    link.wait_for()
    assert str(link.get_attribute("href")).startswith("https://kskkaluga.ru/")
    client.expect("Failed to load resource: the server responded with a status of 404")
    page.goto("/documents/offer?version=2020-01")
    expect(page.get_by_role("status")).to_be_visible()


def test_contacts_are_called_and_requisites_read(page: Page) -> None:
    page.goto("/contacts")
    call = page.get_by_role("link", name="Позвонить: Поддержка личного кабинета")
    call.wait_for()
    assert call.get_attribute("href") == "tel:+74842701838"
    assert page.get_by_text("4029030252").is_visible()
    assert page.get_by_text("пн–пт с 8:00 до 17:00").first.is_visible()


def test_the_chosen_look_holds_on_every_page_and_after_a_reload(page: Page) -> None:
    page.goto("/appearance")
    for choice in ("Очень крупный", "Высокий", "Тёмные"):
        page.get_by_label(choice).check(force=True)
    page.goto("/documents")
    page.get_by_role("heading", name="Документы", level=1).wait_for()
    look = page.locator("html").evaluate("page => ({...page.dataset})")
    assert look == {"theme": "dark", "contrast": "high", "text": "largest"}
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "24px"


def test_an_address_that_is_no_page_says_so_and_leads_home(
    signed_in: Callable[..., Page], customer: Customer
) -> None:
    page = signed_in(customer, address="/no/such/page")
    page.get_by_role("heading", name="Такой страницы нет").wait_for()
    page.get_by_role("link", name="На главную").click()
    page.wait_for_url(lambda url: url.endswith("/"))


def test_a_stranger_at_no_page_is_told_so_and_led_to_sign_in(page: Page) -> None:
    page.goto("/no/such/page")
    page.get_by_role("heading", name="Такой страницы нет").wait_for()
    page.get_by_role("link", name="Войти в кабинет").click()
    page.wait_for_url("**/login")
