"""Without a signal: a reading is kept on the device and sent once, later; nothing is paid (product H3)."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from deploy.demo.household import Household
from deploy.demo.visitor import Mailbox
from deploy.local.system import LocalSystem
from tests.support.client import Client
from tests.support.customer import Customer, make_customer
from tests.support.households import Households

SignedIn = Callable[..., Page]
OFFLINE = "Failed to load resource: net::ERR_INTERNET_DISCONNECTED"
"""What a page says when it was opened without a network: a browser may not tell it so."""
UNUSUAL = 70_000
"""kWh: more than the supply could carry."""
INSTALLED = "navigator.serviceWorker.ready.then(() => true)"


def test_a_reading_without_a_signal_is_sent_once_when_it_is_back(
    client: Client, signed_in: SignedIn, customer: Customer
) -> None:
    client.expect(OFFLINE)
    page = signed_in(customer)
    expect(page.get_by_text("По состоянию на")).to_be_visible()
    page.get_by_role("link", name="Передать показания").click()
    page.wait_for_function(INSTALLED)
    fill(page, customer.values())
    page.context.set_offline(True)
    expect(page.get_by_text("Нет связи с интернетом")).to_be_visible()
    page.get_by_role("button", name="Передать показания").click()
    expect(page.get_by_role("heading", name="Показания записаны")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Сохранено на устройстве, ещё не передано")).to_be_visible()
    expect(page.get_by_label("Текущие показания счётчика").first).to_be_visible()
    assert given(customer) == []
    other = page.context.new_page()
    other.goto("/")
    expect(other.get_by_text("Данные на").first).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("Сохранено на устройстве, ещё не передано")).to_have_count(0, timeout=40_000)
    expect(other.get_by_text("Сохранено на устройстве, ещё не передано")).to_have_count(0)
    assert sum(tab.get_by_text("Показания переданы").count() for tab in (page, other)) == 1, "one tab sent it"
    assert given(customer) == [([int(value) for value in customer.values()], "accepted")]


def test_an_unusual_reading_comes_back_as_a_problem_and_is_mended(
    client: Client, signed_in: SignedIn, system: LocalSystem, mailbox: Mailbox, households: Households
) -> None:
    client.expect("Failed to load resource: the server responded with a status of 409")
    customer = make_customer(system.urls.gateway, mailbox, households.take(_has_room))
    page = signed_in(customer, address="/readings")
    page.wait_for_function(INSTALLED)
    values = customer.values()
    fill(page, [str(int(value) + UNUSUAL * (at == 0)) for at, value in enumerate(values)])
    page.context.set_offline(True)
    page.get_by_role("button", name="Передать показания").click()
    expect(page.get_by_role("heading", name="Показания записаны")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("Показания не приняты")).to_be_visible(timeout=40_000)
    page.get_by_role("link", name="Главная").first.click()
    page.get_by_role("link", name="Передать заново").click()
    field = page.get_by_label("Текущие показания счётчика").first
    expect(field).to_have_value(str(int(values[0]) + UNUSUAL))
    field.fill(values[0])
    page.get_by_role("button", name="Передать показания").click()
    expect(page.get_by_role("heading", name="Показания приняты")).to_be_visible()
    expect(page.get_by_text("Показания не приняты")).to_have_count(0)
    assert given(customer) == [([int(value) for value in values], "accepted")]


def test_nothing_is_paid_without_a_signal(signed_in: SignedIn, customer: Customer) -> None:
    page = signed_in(customer, address="/pay")
    page.wait_for_function(INSTALLED)
    fill(page, customer.values())
    page.get_by_label("Сколько оплатить").fill("100")
    page.get_by_label("Согласен").check()
    page.context.set_offline(True)
    expect(page.get_by_text("Платёж подтверждает банк")).to_be_visible()
    page.get_by_role("button", name="Оплатить 100,00").click()
    expect(page.get_by_role("alert")).to_contain_text("Деньги не списаны")
    page.context.set_offline(False)
    expect(page.get_by_text("Платёж подтверждает банк")).to_be_hidden()
    expect(page.get_by_label("Сколько оплатить")).to_have_value("100")
    assert customer.visitor.get(f"{customer.path}/payments")["rows"] == []


def fill(page: Page, values: list[str]) -> None:
    for at, value in enumerate(values):
        page.get_by_label("Текущие показания счётчика").nth(at).fill(value)


def given(customer: Customer) -> list[tuple[Any, ...]]:
    kept = customer.visitor.get(f"{customer.path}/readings")["readings"]
    return [(reading["values"], reading["status"]) for reading in kept if reading["source"] == "customer"]


def _has_room(home: Household) -> bool:
    """Does so unusual a reading fit the meter's digits?"""
    assert home.meter
    return home.meter.readings[0] + 2 * UNUSUAL < 10**home.meter.digits
