"""What a customer looks at every month: the account now, its meter, readings given by hand."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from deploy.demo.household import Household
from deploy.demo.visitor import Mailbox
from deploy.local.system import LocalSystem
from services.common.money import roubles
from tests.support.client import DESKTOP, Look
from tests.support.customer import Customer, make_customer
from tests.support.households import Households

SignedIn = Callable[..., Page]
TakesNone: dict[str, tuple[Callable[[Household], bool], str]] = {
    "automatic": (
        lambda home: home.meter is not None and home.meter.automatic,
        "Передавать показания не нужно",
    ),
    "none": (lambda home: home.meter is None, "Счётчика нет"),
    "faulty": (lambda home: home.meter is not None and home.meter.state == "faulty", "Счётчик неисправен"),
}


@pytest.fixture
def customers(system: LocalSystem, mailbox: Mailbox, households: Households) -> Callable[..., Customer]:
    """`customers(fits, metered=..., zones=...)`: a customer of such a household."""
    return lambda *fits, **more: make_customer(system.urls.gateway, mailbox, households.take(*fits, **more))


def test_home_says_what_is_due_and_until_when(
    customers: Callable[..., Customer], signed_in: SignedIn
) -> None:
    debtor = customers(lambda home: home.balance > 0 and home.bill is not None, zones=1)
    now = debtor.state()
    page = signed_in(debtor, Look(size=DESKTOP))
    card = page.locator("section", has=page.get_by_role("heading", name="К оплате"))
    expect(card.locator(".sum")).to_have_text(roubles(now["due"]))
    expect(card).to_contain_text(roubles(now["charged"]))
    expect(card).not_to_contain_text("Оплачено по текущей квитанции")
    expect(page.get_by_text(now["address"])).to_be_visible()
    assert debtor.home.meter
    last = page.locator("section", has=page.get_by_role("heading", name="Показания", exact=True))
    expect(last).to_contain_text(str(debtor.home.meter.readings[0]))
    page.get_by_role("link", name="Информация").click()
    meter = page.locator("section", has=page.get_by_role("heading", name="Счётчик"))
    expect(meter).to_contain_text(debtor.home.meter.serial)
    expect(meter).to_contain_text("однотарифный")
    expect(page.get_by_text(f"долг {roubles(now['balance'])}")).to_be_visible()


def test_readings_of_three_zones_are_given_and_unusual_ones_are_asked_about(
    customers: Callable[..., Customer], signed_in: SignedIn
) -> None:
    resident = customers(
        lambda home: home.meter is not None and home.meter.readings[2] + 50_000 < 10**home.meter.digits,
        zones=3,
    )
    page = signed_in(resident)
    page.get_by_role("link", name="Передать показания").click()
    page.get_by_role("button", name="Передать показания").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("link", name="Введите показания (полупик)")).to_be_visible()
    day, night, half_peak = resident.values(growth=41)
    page.get_by_label("Текущие показания счётчика (день)").fill(f"{day},7")
    page.get_by_label("Текущие показания счётчика (ночь)").fill(night)
    page.get_by_label("Текущие показания счётчика (полупик)").fill(f"{int(half_peak) + 45_000}")
    page.get_by_role("button", name="Передать показания").click()
    question = page.get_by_role("dialog", name="Проверьте показания")
    expect(question).to_contain_text("Расход намного больше обычного")
    expect(question).to_contain_text(day)
    question.get_by_role("button", name="Исправить").click()
    expect(question).to_be_hidden()
    page.get_by_label("Текущие показания счётчика (полупик)").fill(half_peak)
    expect(page.get_by_text("всего 123 кВт·ч")).to_be_visible()
    page.get_by_role("button", name="Передать показания").click()
    expect(page.get_by_role("heading", name="Показания приняты")).to_be_focused()
    page.get_by_role("link", name="На главную").click()
    expect(page.locator("section", has_text="Показания").filter(has_text=half_peak)).to_be_visible()
    (given,) = [
        r for r in resident.visitor.get(f"{resident.path}/readings")["readings"] if r["source"] == "customer"
    ]
    assert given["values"] == [int(day), int(night), int(half_peak)]


def test_confirmed_and_refused_readings(customers: Callable[..., Customer], signed_in: SignedIn) -> None:
    resident = customers(
        lambda home: home.meter is not None and 10_000 < home.meter.readings[0] < 20_000, zones=1
    )
    assert resident.home.meter
    before = resident.home.meter.readings[0]
    page = signed_in(resident, address="/readings")
    field = page.get_by_label("Текущие показания счётчика")
    field.fill("1" * (resident.home.meter.digits + 1))
    page.get_by_role("button", name="Передать показания").click()
    expect(page.get_by_role("alert")).to_contain_text("Слишком много цифр")
    field.fill(str(before - 5_000))
    page.get_by_role("button", name="Передать показания").click()
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("Показания меньше предыдущих")
    question.get_by_role("button", name="Передать всё равно").click()
    expect(page.get_by_role("heading", name="Показания не приняты")).to_be_visible()
    page.get_by_role("button", name="Передать заново").click()
    field.fill(str(before + 60_000))
    page.get_by_role("button", name="Передать показания").click()
    page.get_by_role("dialog").get_by_role("button", name="Всё верно, передать").click()
    expect(page.get_by_role("heading", name="Показания приняты")).to_be_visible()
    kept = resident.visitor.get(f"{resident.path}/readings")["readings"]
    assert [(r["values"], r["status"]) for r in kept if r["source"] == "customer"] == [
        ([before + 60_000], "accepted"),
        ([before - 5_000], "refused"),
    ]


def test_a_meter_that_takes_no_readings_says_why(
    customers: Callable[..., Customer], signed_in: SignedIn
) -> None:
    for fits, words in TakesNone.values():
        resident = customers(fits, metered=False)
        page = signed_in(resident, address="/readings")
        expect(page.get_by_text(words)).to_be_visible()
        expect(page.get_by_role("textbox")).to_have_count(0)
        page.get_by_role("link", name="Оплатить").click()
        expect(page.get_by_text(words)).to_be_visible()
        expect(page.get_by_label("Сколько оплатить")).to_be_visible()
        expect(page.get_by_label("Текущие показания счётчика")).to_have_count(0)


def test_the_qr_of_a_bill_chooses_the_account_if_it_is_theirs(
    customers: Callable[..., Customer], households: Households, signed_in: SignedIn
) -> None:
    resident, second = customers(zones=1), households.take(zones=2)
    resident.visitor.post("/me/accounts", {"account": second.account, "address": second.address})
    page = signed_in(resident, address=f"/readings?account={second.account}")
    expect(page.get_by_label("Текущие показания счётчика (ночь)")).to_be_visible()
    page.goto("/readings?account=999999999")
    expect(page.get_by_text("не подключён к вашему кабинету")).to_be_visible()
    expect(page.get_by_label("Лицевой счёт", exact=True)).to_have_value(second.account)
    page.get_by_label("Лицевой счёт", exact=True).select_option(resident.account)
    expect(page.get_by_label("Текущие показания счётчика", exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_label("Лицевой счёт", exact=True)).to_have_value(resident.account)
