"""Paying in a browser: the bank's page and back, and whatever can go wrong between."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from deploy.demo.household import Household
from deploy.demo.visitor import (
    SECURE_CARD,
    SECURE_CODE,
    SUCCESS_CARD,
    Mailbox,
    Visitor,
    activation_token,
    eventually,
)
from deploy.local.system import LocalSystem
from services.common.clock import moscow_date, real_now
from services.common.money import roubles
from tests.screens.cast import Cast
from tests.support.acquirer import Acquirer
from tests.support.client import DESKTOP, PHONE, Client, Look, Size
from tests.support.customer import Customer, make_customer
from tests.support.doorstep import fill_registration, heading, press, sign_in
from tests.support.households import Households

SignedIn = Callable[..., Page]
NO_MONEY, UNKNOWN_CARD = "4000000000000119", "4000000000000101"
LOOKED_AT = "document.dispatchEvent(new Event('visibilitychange'))"
"""What a browser tells a tab that somebody comes back to."""


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_story_from_registration_to_the_receipt(
    client: Client, system: LocalSystem, mailbox: Mailbox, household: Household, size: Size
) -> None:
    email = f"s-{uuid4().hex[:12]}@example.org"
    customer = Customer(household, Visitor(system.urls.gateway), mailbox, email)
    page = client.page(Look(size=size))
    page.goto("/")
    page.get_by_role("link", name="Зарегистрироваться").click()
    heading(page, "Регистрация")
    fill_registration(page, household, email)
    page.get_by_role("checkbox").check()
    press(page, "Зарегистрироваться")
    heading(page, "Проверьте почту")
    page.goto(f"/activate?token={activation_token(mailbox.wait_letter(email, 'Активация'))}")
    press(page, "Активировать")
    page.get_by_role("link", name="Войти", exact=True).click()
    sign_in(page, customer.account)
    page.get_by_role("link", name="Оплатить").click()
    fill(page, customer, "1 842,37", "new@example.org")
    page.get_by_role("button", name="Оплатить 1 842,37 ₽").click()
    pay_at_the_bank(page, SECURE_CARD)
    expect(page.get_by_role("heading", name="Платёж выполнен")).to_be_visible(timeout=20_000)
    payment = page.url.rpartition("/")[2]
    expect(page.get_by_text("Платёж зачислен")).to_be_visible(timeout=20_000)
    facts = page.locator("dl")
    for text in (roubles(1_842_37), payment, customer.values()[0]):
        expect(facts).to_contain_text(text)
    page.reload()
    expect(page.get_by_role("heading", name="Платёж выполнен")).to_be_visible(timeout=20_000)
    page.get_by_role("link", name="Квитанция").click()
    receipt = page.locator("article")
    for text in (roubles(1_842_37), customer.home.settlement, customer.values()[0], payment):
        expect(receipt).to_contain_text(text)
    page.context.clear_cookies(name="svet_access")
    page.evaluate("localStorage.setItem('svet.expires', '2026-01-01T00:00:00Z')")
    with page.expect_download() as download:
        page.get_by_role("button", name="Скачать PDF").click()
    assert download.value.suggested_filename == f"kvitanciya-{moscow_date(real_now())}-{customer.account}.pdf"
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    page.get_by_role("link", name="Главная").first.click()
    expect(page.get_by_text("Оплачено по текущей квитанции")).to_be_visible()
    assert customer.mailbox.wait_letter("new@example.org", "Квитанция")


def test_the_button_follows_the_sum_and_nothing_is_due_on_an_overpayment(
    system: LocalSystem, mailbox: Mailbox, households: Households, signed_in: SignedIn
) -> None:
    home = households.take(lambda home: home.balance < 0, zones=1)
    customer = make_customer(system.urls.gateway, mailbox, home)
    page = signed_in(customer, address="/pay")
    expect(page.get_by_label("Сколько оплатить")).to_have_value("0")
    expect(page.get_by_label("Согласен")).to_be_hidden()
    page.get_by_label("Сколько оплатить").fill("12.5")
    expect(page.get_by_text("Кнопка: Оплатить 12,50")).to_have_attribute("role", "status")
    page.get_by_role("button", name="Оплатить 12,50").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert page.get_by_role("alert").get_by_role("link").all_inner_texts() == [
        "Введите показания",
        "Отметьте согласие: без него оплатить нельзя",
    ]
    page.get_by_label("Сколько оплатить").fill("0")
    page.get_by_label("Текущие показания счётчика").fill(customer.values()[0])
    page.get_by_role("button", name="Передать показания").click()
    expect(page.get_by_role("heading", name="Показания приняты")).to_be_visible()
    (row,) = eventually(lambda: history(customer), "the reading is in the history")
    assert (row["kind"], row["values"]) == ("reading", [int(customer.values()[0])])


def test_too_large_a_sum_says_the_limit_and_offers_parts(signed_in: SignedIn, customer: Customer) -> None:
    page = signed_in(customer, address="/pay")
    page.wait_for_load_state("networkidle")
    fill(page, customer, "100000,01")
    page.get_by_role("button", name="Оплатить").click()
    expect(page.get_by_role("alert")).to_contain_text(
        "Больше 100 000,00 ₽ за раз оплатить нельзя: оплатите частями"
    )
    assert history(customer) == []


def test_a_debt_above_the_limit_is_offered_in_parts(signed_in: SignedIn, cast: Cast) -> None:
    page = signed_in(cast["estate"], address="/pay")
    expect(page.get_by_label("Сколько оплатить")).to_have_value("100000")
    expect(page.get_by_text("Больше 100 000,00 ₽ за раз оплатить нельзя")).to_be_visible()
    expect(page.get_by_role("button", name="Оплатить 100 000,00 ₽")).to_be_visible()


def test_a_refused_card_takes_no_money_and_the_way_back_is_to_pay_again(
    signed_in: SignedIn, customer: Customer
) -> None:
    page = signed_in(customer, address="/pay")
    fill(page, customer, "300")
    page.get_by_role("button", name="Оплатить 300,00").click()
    pay_at_the_bank(page, NO_MONEY)
    expect(page.get_by_role("heading", name="Платёж не прошёл")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("деньги не списаны. На карте не хватает денег")).to_be_visible()
    page.get_by_role("link", name="Оплатить ещё раз").click()
    expect(page.get_by_label("Текущие показания счётчика").first).to_have_value(customer.values()[0])


def test_an_unknown_outcome_is_awaited_and_holds_back_another_payment_in_two_tabs(
    signed_in: SignedIn, customer: Customer, acquirer: Acquirer
) -> None:
    page = signed_in(customer, address="/pay")
    second = page.context.new_page()
    second.goto("/pay")
    fill(second, customer, "50")
    fill(page, customer, "200")
    page.get_by_role("button", name="Оплатить 200,00").click()
    pay_at_the_bank(page, UNKNOWN_CARD)
    expect(page.get_by_role("heading", name="Платёж обрабатывается")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("Ждём ответ банка")).to_be_visible()
    second.reload()
    expect(second.get_by_text("второй раз не платите")).to_be_visible()
    expect(second.get_by_role("button", name="Оплатить")).to_have_count(0)
    (order,) = acquirer.orders(account=customer.account)
    acquirer.settle(order["orderId"], "success")
    page.evaluate(LOOKED_AT)
    expect(page.get_by_role("heading", name="Платёж выполнен")).to_be_visible(timeout=20_000)
    second.evaluate(LOOKED_AT)
    expect(second.get_by_text("второй раз не платите")).to_have_count(0, timeout=20_000)
    second.get_by_label("Сколько оплатить").fill("10")
    expect(second.get_by_role("button", name="Оплатить 10,00")).to_be_visible()


def test_a_silent_bank_is_said_and_pressing_again_is_the_same_payment(
    client: Client, signed_in: SignedIn, customer: Customer, acquirer: Acquirer
) -> None:
    client.expect("Failed to load resource: the server responded with a status of 503")
    rule = acquirer.rule("register", "http500", customer.account)
    page = signed_in(customer, address="/pay")
    fill(page, customer, "75")
    page.get_by_role("button", name="Оплатить 75,00").click()
    expect(page.get_by_role("alert")).to_contain_text("Банк не отвечает. Деньги не списаны", timeout=30_000)
    acquirer.drop_rule(rule)
    page.get_by_role("button", name="Оплатить 75,00").dblclick()
    pay_at_the_bank(page, SUCCESS_CARD)
    expect(page.get_by_role("heading", name="Платёж выполнен")).to_be_visible(timeout=20_000)
    assert [row["amount"] for row in history(customer)] == [75_00]


def test_an_order_that_nobody_paid_is_gone_on_with_or_cancelled(
    signed_in: SignedIn, customer: Customer
) -> None:
    page = signed_in(customer, address="/pay")
    fill(page, customer, "60")
    page.get_by_role("button", name="Оплатить 60,00").click()
    page.get_by_label("Номер карты").wait_for()
    bank = page.url
    page.goto("/")
    expect(page.get_by_text("Платёж на 60,00 ₽ не закончен")).to_be_visible()
    page.get_by_role("button", name="Продолжить").click()
    page.get_by_label("Номер карты").wait_for()
    assert page.url == bank
    page.goto("/")
    page.get_by_role("link", name="Оплатить").click()
    page.get_by_role("button", name="Отменить платёж").click()
    expect(page.get_by_text("не закончен")).to_have_count(0)
    (row,) = history(customer)
    assert row["state"] == "cancelled"
    page.goto(f"/payments/{row['id']}")
    expect(page.get_by_role("heading", name="Платёж отменён")).to_be_visible()


def test_a_co_holder_sees_the_payment_without_its_page(
    system: LocalSystem, mailbox: Mailbox, households: Households, signed_in: SignedIn, customer: Customer
) -> None:
    other = make_customer(system.urls.gateway, mailbox, households.take(zones=1))
    other.visitor.post("/me/accounts", {"account": customer.account, "address": customer.home.address})
    payment = customer.start(40_00)
    page = signed_in(other, address=f"/readings?account={customer.account}")
    page.get_by_role("link", name="Главная").first.click()
    expect(page.get_by_text("Платёж на 40,00 ₽ не закончен")).to_be_visible()
    page.goto(f"/payments/{payment['id']}")
    expect(page.get_by_role("heading", name="Платёж не закончен")).to_be_visible()
    expect(page.get_by_text("начал другой пользователь счёта")).to_be_visible()
    expect(page.get_by_role("button", name="Продолжить")).to_have_count(0)


def fill(page: Page, customer: Customer, amount: str, email: str = "") -> None:
    for at, value in enumerate(customer.values()):
        page.get_by_label("Текущие показания счётчика").nth(at).fill(value)
    page.get_by_label("Сколько оплатить").fill(amount)
    if email:
        page.get_by_label("Электронная почта для чека").fill(email)
    page.get_by_label("Согласен").check()


def pay_at_the_bank(page: Page, card: str) -> None:
    page.get_by_label("Номер карты").fill(card)
    page.get_by_label("Срок карты").fill("12/34")
    page.get_by_label("Код CVC").fill("123")
    page.get_by_role("button", name="Оплатить").click()
    if card == SECURE_CARD:
        page.get_by_label("Код из сообщения банка").fill(SECURE_CODE)
        page.get_by_role("button", name="Подтвердить").click()


def history(customer: Customer) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = customer.visitor.get(f"{customer.path}/payments")["rows"]
    return rows
