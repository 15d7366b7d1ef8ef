"""The settings of the client: who the letters go to, accounts, sessions, consents, the end of the cabinet."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psycopg
from playwright.sync_api import Page, expect

from deploy.demo.visitor import Mailbox, Visitor, letter_code, letter_link, somewhere
from deploy.local.system import LocalSystem
from tests.support.cabinets import objection_token
from tests.support.client import DESKTOP, Client, Look
from tests.support.customer import PASSWORD, Customer, make_customer
from tests.support.doorstep import REFUSED, heading, press, sign_in, sign_out
from tests.support.households import Households

NEW_PASSWORD = "Another-moon-528"


def test_email_phone_and_password_are_changed(
    signed_in: Callable[..., Page], client: Client, customer: Customer, mailbox: Mailbox
) -> None:
    client.expect(f"{REFUSED}400", f"{REFUSED}403", f"{REFUSED}401")
    page = signed_in(customer, address="/settings/profile")
    new = f"n-{uuid4().hex[:12]}@example.org"
    press(page, "Изменить почту")
    page.get_by_label("Новая почта").fill(new)
    page.get_by_label("Ваш пароль").fill("not-the-password")
    press(page, "Отправить код")
    page.get_by_role("alert").filter(has_text="Пароль указан неверно").wait_for()
    page.get_by_label("Ваш пароль").fill(PASSWORD)
    press(page, "Отправить код")
    letter = mailbox.wait_letter(new, "Подтвердите")
    page.get_by_label("Код из письма").fill(f"{(int(letter_code(letter)) + 1) % 10**6:06d}")
    press(page, "Подтвердить")
    page.get_by_role("alert").filter(has_text="Код не подошёл").wait_for()
    page.get_by_label("Код из письма").fill(letter_code(letter))
    press(page, "Подтвердить")
    page.get_by_text("Почта изменена").wait_for()
    assert page.get_by_text(new).is_visible()
    mailbox.wait_letter(customer.email, "Электронная почта изменена")

    press(page, "Изменить телефон")
    page.get_by_label("Новый телефон").fill("12")
    press(page, "Сохранить")
    page.get_by_role("alert").wait_for()
    page.get_by_label("Новый телефон").fill("8 (910) 777-88-99")
    press(page, "Сохранить")
    page.get_by_text("Телефон изменён").wait_for()
    assert page.get_by_text("+7 910 777-88-99").is_visible()

    press(page, "Изменить пароль")
    page.get_by_label("Нынешний пароль").fill(PASSWORD)
    page.get_by_label("Новый пароль", exact=True).fill(NEW_PASSWORD)
    page.get_by_label("Новый пароль ещё раз").fill(NEW_PASSWORD)
    press(page, "Изменить пароль")
    page.get_by_text("Пароль изменён").wait_for()
    sign_out(page)
    sign_in(page, customer.account, NEW_PASSWORD)
    page.get_by_role("link", name="Настройки").first.click()
    heading(page, "Настройки")


def test_a_new_email_is_confirmed_by_its_link_from_any_browser(
    client: Client, customer: Customer, mailbox: Mailbox
) -> None:
    client.expect(f"{REFUSED}410")
    new = f"n-{uuid4().hex[:12]}@example.org"
    customer.visitor.ask_email(new, PASSWORD)
    letter = mailbox.wait_letter(new, "Подтвердите")
    link = f"/email?token={letter_link(letter, '/email').partition('token=')[2]}"
    page = client.page(Look(size=DESKTOP))
    page.goto(link)
    press(page, "Подтвердить адрес")
    heading(page, "Готово")
    assert customer.visitor.get("/me")["email"] == new
    page.goto(link)
    press(page, "Подтвердить адрес")
    page.get_by_text("Эта ссылка уже использована").wait_for()


def test_an_account_is_added_objected_to_and_removed(
    signed_in: Callable[..., Page],
    client: Client,
    system: LocalSystem,
    mailbox: Mailbox,
    customer: Customer,
    households: Households,
) -> None:
    client.expect(f"{REFUSED}409")
    owner = make_customer(system.urls.gateway, mailbox, households.take())
    page = signed_in(customer)
    page.get_by_role("link", name="Добавить лицевой счёт").click()
    page.get_by_label("Номер лицевого счёта").fill(customer.account)
    page.get_by_label("Адрес дома или квартиры").fill("Калуга, ул. Чужая, д. 999")
    press(page, "Добавить счёт")
    page.get_by_role("alert").filter(has_text="уже есть в вашем кабинете").wait_for()
    page.get_by_label("Номер лицевого счёта").fill(owner.account)
    press(page, "Добавить счёт")
    page.get_by_role("alert").filter(has_text="(4842) 701-838").wait_for()
    page.get_by_label("Адрес дома или квартиры").fill(owner.home.address)
    press(page, "Добавить счёт")
    page.get_by_role("link", name="Открыть этот счёт").click()
    expect(page.get_by_label("Лицевой счёт", exact=True)).to_have_value(owner.account)

    letter = mailbox.wait_letter(owner.email, "подключён")
    objecting = client.page()
    objecting.goto(f"/objection?token={objection_token(letter)}")
    assert customer.visitor.get("/me")["frozen"] == []
    press(objecting, "Это не я")
    heading(objecting, "Готово")

    page.goto("/settings/accounts")
    page.get_by_text("владелец счёта ответил «это не я»").wait_for()
    page.get_by_role("button", name="Убрать счёт").click()
    page.get_by_role("dialog").get_by_role("button", name="Убрать счёт").click()
    page.get_by_text("убран из кабинета").wait_for()
    assert page.get_by_role("button", name="Убрать счёт").count() == 0
    me = customer.visitor.get("/me")
    assert (me["frozen"], [row["account"] for row in me["accounts"]]) == ([], [customer.account])


def test_sessions_are_seen_and_ended(
    signed_in: Callable[..., Page], client: Client, system: LocalSystem, customer: Customer
) -> None:
    client.expect(f"{REFUSED}401")
    phones = [Visitor(system.urls.gateway, "app", somewhere()) for _ in range(2)]
    for phone in phones:
        phone.sign_in(customer.account, PASSWORD)
    page = signed_in(customer, Look(size=DESKTOP), "/settings/sessions")
    ending = page.get_by_role("button", name="Завершить:")
    expect(ending).to_have_count(3)
    ending.first.click()
    page.get_by_text("Сеанс завершён").wait_for()
    expect(ending).to_have_count(2)
    press(page, "Завершить все другие")
    press(page, "Завершить")
    page.get_by_text("Больше кабинет нигде не открыт").wait_for()
    assert [phone.send("GET", "/me").status_code for phone in phones] == [401, 401]
    press(page, "Выйти на всех устройствах, и на этом")
    press(page, "Выйти везде")
    heading(page, "Вход в личный кабинет")


def test_a_consent_is_read_and_taken_back_with_the_cabinet(
    signed_in: Callable[..., Page], client: Client, customer: Customer
) -> None:
    client.expect(f"{REFUSED}401", f"{REFUSED}403")
    page = signed_in(customer, address="/settings/consents")
    page.get_by_text("Редакция").wait_for()
    assert "/documents/personal_data?version=" in str(
        page.get_by_role("link", name="Прочитать текст").get_attribute("href")
    )
    press(page, "Отозвать согласие")
    page.get_by_label("Ваш пароль").fill("not-the-password")
    press(page, "Отозвать согласие и удалить кабинет")
    page.get_by_role("alert").filter(has_text="Пароль указан неверно").wait_for()
    page.get_by_label("Ваш пароль").fill(PASSWORD)
    press(page, "Отозвать согласие и удалить кабинет")
    page.get_by_text("Личный кабинет удалён").wait_for()
    sign_in(page, customer.account)
    page.get_by_role("alert").filter(has_text="указаны неверно").wait_for()


def test_a_newer_text_of_the_consent_is_agreed_to(
    signed_in: Callable[..., Page],
    customer: Customer,
    database: Callable[[str], "psycopg.Connection[Any]"],
) -> None:
    (given,) = customer.visitor.get("/me/consents")["consents"]
    database("auth").execute("UPDATE consents SET version = '2020-01' WHERE id = %s", (given["id"],))
    page = signed_in(customer, address="/settings/consents")
    page.get_by_text("Текст согласия изменился").wait_for()
    address = page.get_by_role("link", name="Новый текст согласия").get_attribute("href")
    assert address == "/documents/personal_data"
    press(page, "Согласиться с новым текстом")
    page.get_by_text("Согласие с новым текстом принято").wait_for()
    expect(page.get_by_text("Текст согласия изменился")).to_have_count(0)
    versions = [row["version"] for row in customer.visitor.get("/me/consents")["consents"]]
    assert versions == [given["version"], "2020-01"]


def test_a_cabinet_is_deleted_at_its_owners_wish(
    signed_in: Callable[..., Page], customer: Customer, mailbox: Mailbox
) -> None:
    page = signed_in(customer, address="/settings")
    page.get_by_role("link", name="Удалить личный кабинет").click()
    page.get_by_label("Ваш пароль").fill(PASSWORD)
    press(page, "Удалить кабинет навсегда")
    page.get_by_text("Личный кабинет удалён").wait_for()
    mailbox.wait_letter(customer.email, "Личный кабинет удалён")
