"""Who is let in where."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.support.client import DESKTOP, Client, Look
from tests.support.customer import Customer


def test_a_page_of_the_cabinet_sends_a_stranger_to_sign_in(page: Page) -> None:
    page.goto("/history/payments")
    page.wait_for_url("**/login")


def test_a_session_opens_the_cabinet_at_once(signed_in: Callable[..., Page], customer: Customer) -> None:
    page = signed_in(customer, Look(size=DESKTOP, theme="dark"))
    page.get_by_text(customer.account[:3]).first.wait_for()
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_a_complaint_in_the_console_fails_the_test(client: Client) -> None:
    page = client.page()
    page.goto("/login")
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.evaluate("setTimeout(() => { throw new Error('nobody caught it') })")
    page.wait_for_function("true")
    told = " ".join(client.complaints)
    client.complaints.clear()
    assert "Content Security Policy" in told
    assert "nobody caught it" in told
