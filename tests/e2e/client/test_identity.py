"""The doors of the client: registration to activation, sign-in, recovery, PIN and biometrics, a session's end."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from playwright.sync_api import Page, expect

from deploy.demo.household import Household
from deploy.demo.visitor import Mailbox, activation_link, letter_code, letter_link
from deploy.local.system import LocalSystem
from tests.support.client import DESKTOP, Client, Look
from tests.support.customer import PASSWORD, Customer, make_customer
from tests.support.doorstep import (
    REFUSED,
    Authenticator,
    fill_registration,
    heading,
    home,
    press,
    register,
    set_pin,
    sign_in,
    sign_out,
    switch_biometrics_on,
    unlock,
    with_pin,
)
from tests.support.households import Households

PIN = "7419"
OTHER_PIN = "2846"


@pytest.fixture
def email() -> str:
    return f"c-{uuid4().hex[:12]}@example.org"


@pytest.fixture(scope="module")
def owner(system: LocalSystem, mailbox: Mailbox, households: Households) -> Customer:
    """For tests that leave the cabinet as it was."""
    return make_customer(system.urls.gateway, mailbox, households.take(metered=False))


def on(site: str, link: str, page_address: str) -> str:
    """A letter's link at the name that this browser uses."""
    return f"{site}{page_address}?token={link.partition('token=')[2]}"


def test_a_household_registers_and_activates_by_the_link(
    page: Page, client: Client, site: str, mailbox: Mailbox, household: Household, email: str
) -> None:
    client.expect(f"{REFUSED}409", f"{REFUSED}410")
    page.goto("/info")
    page.get_by_role("link", name="Зарегистрироваться").click()
    press(page, "Зарегистрироваться")
    summary = page.get_by_role("alert")
    assert summary.get_by_role("link").count() == 7
    assert page.title().startswith("Ошибка: ")
    summary.get_by_role("link", name="Введите номер лицевого счёта.").click()
    expect(page.get_by_label("Номер лицевого счёта")).to_be_focused()

    fill_registration(page, household, f"{email.partition('@')[0]}@lst.ru")
    page.get_by_label("Номер лицевого счёта").fill(f"({household.account[:3]}) {household.account[3:]}")
    press(page, "Исправить на " + f"{email.partition('@')[0]}@list.ru")
    assert page.get_by_label("Электронная почта").input_value().endswith("@list.ru")
    page.get_by_label("Электронная почта").fill(email)
    page.get_by_label("Адрес дома или квартиры").fill("Калуга, ул. Чужая, д. 999")
    assert not page.get_by_role("checkbox").is_checked()
    page.get_by_role("checkbox").check()
    press(page, "Зарегистрироваться")
    page.get_by_text("(4842) 701-838, support@ksk.kaluga.ru").wait_for()
    assert page.get_by_label("Пароль", exact=True).input_value() == PASSWORD
    page.get_by_label("Адрес дома или квартиры").fill(household.address)
    press(page, "Зарегистрироваться")

    heading(page, "Проверьте почту")
    assert page.get_by_text(email).is_visible()
    page.goto(on(site, activation_link(mailbox.wait_letter(email, "Активация")), "/activate"))
    press(page, "Активировать")
    page.get_by_role("link", name="Войти", exact=True).click()
    sign_in(page, household.account)
    page.wait_for_url("**/info")

    page.goto(on(site, activation_link(mailbox.wait_letter(email, "Активация")), "/activate"))
    press(page, "Активировать")
    page.get_by_text("Эта ссылка уже использована").wait_for()


def test_a_household_activates_by_the_code_of_the_newest_letter(
    client: Client, site: str, mailbox: Mailbox, household: Household, email: str
) -> None:
    client.expect(f"{REFUSED}400", f"{REFUSED}410")
    page = client.page(Look(size=DESKTOP))
    register(page, household, f"wrong-{email}")
    page.get_by_role("link", name="Изменить адрес").click()
    assert page.get_by_label("Номер лицевого счёта").input_value() == household.account
    fill_registration(page, household, email)
    page.get_by_role("checkbox").check()
    press(page, "Зарегистрироваться")
    heading(page, "Проверьте почту")
    first = mailbox.wait_letter(email, "Активация")
    press(page, "Отправить ещё раз")
    page.get_by_text("Отправлено новое письмо").wait_for()
    second = mailbox.wait_letter(email, "Активация", since_id=first["id"])

    page.get_by_label("Код из письма").fill(letter_code(first))
    press(page, "Активировать кабинет")
    page.get_by_role("alert").filter(has_text="Код не подошёл").wait_for()
    stale = client.page()
    stale.goto(on(site, activation_link(first), "/activate"))
    press(stale, "Активировать")
    stale.get_by_text("Эта ссылка больше не действует").wait_for()
    stale.get_by_role("link", name="Получить новое письмо").click()
    heading(stale, "Активация кабинета")

    page.get_by_label("Код из письма").fill(letter_code(second))
    press(page, "Активировать кабинет")
    heading(page, "Кабинет активирован")
    page.get_by_role("link", name="Войти", exact=True).click()
    sign_in(page, household.account)
    home(page)


def test_a_forgotten_password_is_replaced_by_link_and_by_code(
    client: Client, site: str, mailbox: Mailbox, customer: Customer
) -> None:
    client.expect(f"{REFUSED}401", f"{REFUSED}410")
    elsewhere = client.page(session=client.sign_in(customer))
    elsewhere.goto("/settings")
    page = client.page()
    page.goto("/recover")
    page.get_by_label("Номер лицевого счёта").fill(customer.account)
    page.get_by_label("Электронная почта").fill(customer.email)
    press(page, "Получить письмо")
    page.get_by_text("Если счёт и почта указаны верно").wait_for()
    letter = mailbox.wait_letter(customer.email, "Восстановление")
    link = on(site, letter_link(letter, "/recover"), "/recover")

    page.goto(link)
    page.get_by_label("Новый пароль", exact=True).fill("Another-moon-528")
    page.get_by_label("Новый пароль ещё раз").fill("Another-moon-529")
    press(page, "Изменить пароль")
    page.get_by_role("alert").get_by_role("link", name="Пароли не совпадают.").click()
    expect(page.get_by_label("Новый пароль ещё раз")).to_be_focused()
    page.get_by_label("Новый пароль ещё раз").fill("Another-moon-528")
    press(page, "Изменить пароль")
    heading(page, "Готово")
    elsewhere.get_by_role("link", name="Где открыт кабинет").click()
    elsewhere.get_by_text("Сеанс завершён").wait_for()

    page.goto(link)
    page.get_by_label("Новый пароль", exact=True).fill("Third-moon-528")
    page.get_by_label("Новый пароль ещё раз").fill("Third-moon-528")
    press(page, "Изменить пароль")
    page.get_by_role("link", name="Получить новое письмо").click()
    page.get_by_label("Номер лицевого счёта").fill(customer.account)
    page.get_by_label("Электронная почта").fill(customer.email)
    press(page, "Получить письмо")
    page.get_by_role("link", name="Ввести код из письма").click()
    newer = mailbox.wait_letter(customer.email, "Восстановление", since_id=letter["id"])
    page.get_by_label("Код из письма").fill(letter_code(newer))
    page.get_by_label("Новый пароль", exact=True).fill("Third-moon-528")
    page.get_by_label("Новый пароль ещё раз").fill("Third-moon-528")
    press(page, "Изменить пароль")
    heading(page, "Готово")
    page.get_by_role("link", name="Войти", exact=True).click()
    sign_in(page, customer.account, "Third-moon-528")
    home(page)


def test_wrong_passwords_say_nothing_and_then_how_long_to_wait(
    page: Page, client: Client, customer: Customer
) -> None:
    client.expect(f"{REFUSED}401", f"{REFUSED}429")
    page.goto("/login")
    for tries in range(1, 6):
        sign_in(page, customer.account, f"not-it-{tries}")
        told = page.get_by_role("alert").filter(has_text="Лицевой счёт или пароль указаны неверно")
        told.wait_for()
        assert page.get_by_label("Пароль", exact=True).input_value() == ""
    page.get_by_role("alert").filter(has_text="Попробуйте через").wait_for()
    sign_in(page, customer.account)
    page.get_by_role("alert").filter(has_text="Слишком много попыток. Попробуйте через").wait_for()


def test_a_pin_opens_the_cabinet_until_it_is_guessed_at(
    page: Page, client: Client, customer: Customer
) -> None:
    client.expect(f"{REFUSED}401")
    with_pin(page, customer.account, PIN)
    sign_out(page)
    heading(page, "Введите PIN")
    unlock(page, PIN)
    home(page)

    page.goto("/settings/security")
    press(page, "Изменить PIN")
    page.get_by_label("Нынешний PIN").fill(OTHER_PIN)
    set_pin(page, OTHER_PIN, "Изменить PIN")
    page.get_by_role("alert").filter(has_text="Осталось 4 попытки").wait_for()
    page.get_by_label("Нынешний PIN").fill(PIN)
    press(page, "Изменить PIN")
    page.get_by_text("PIN изменён").wait_for()

    sign_out(page)
    for left in ("Осталось 4 попытки", "Осталось 3 попытки", "Осталось 2 попытки", "Осталась 1 попытка"):
        unlock(page, PIN)
        page.get_by_role("alert").filter(has_text=left).wait_for()
    unlock(page, PIN)
    page.get_by_text("Вход по PIN отключён на этом устройстве").wait_for()
    customer.mailbox.wait_letter(customer.email, "Вход по PIN отключён")
    page.goto("/pin")
    heading(page, "Вход в личный кабинет")
    sign_in(page, customer.account)
    home(page)


def test_another_pin_needs_the_password_once_there_is_none(
    page: Page, client: Client, owner: Customer
) -> None:
    client.expect(f"{REFUSED}403", f"{REFUSED}422")
    with_pin(page, owner.account, PIN)
    press(page, "Отключить PIN")
    press(page, "Отключить")
    page.get_by_text("PIN отключён").wait_for()
    press(page, "Включить PIN")
    set_pin(page, "1234")
    page.get_by_role("alert").filter(has_text="легко угадать").wait_for()
    set_pin(page, PIN)
    page.get_by_text("PIN включён").wait_for()

    sign_out(page)
    unlock(page, PIN)
    home(page)
    page.goto("/settings/security")
    press(page, "Отключить PIN")
    press(page, "Отключить")
    press(page, "Включить PIN")
    set_pin(page, OTHER_PIN)
    press(page, "Выйти и войти с паролем")
    heading(page, "Вход в личный кабинет")


def test_the_owners_finger_opens_the_cabinet_and_nobody_elses(
    page: Page, client: Client, owner: Customer
) -> None:
    reader = Authenticator(page)
    with_pin(page, owner.account, PIN)
    reader.knows_the_owner(False)
    press(page, "Использовать биометрию")
    switch_biometrics_on(page, PIN)
    page.get_by_text("Устройство не подтвердило, что это вы").first.wait_for()
    reader.knows_the_owner(True)
    client.expect(f"{REFUSED}401")
    switch_biometrics_on(page, OTHER_PIN)
    page.get_by_text("Осталось 4 попытки").first.wait_for()
    switch_biometrics_on(page, PIN)
    page.get_by_text("Вход по биометрии включён").wait_for()

    sign_out(page)
    heading(page, "Введите PIN")
    page.reload()
    home(page)
    page.goto("/settings/sessions")
    page.get_by_text("Вход по биометрии").first.wait_for()

    reader.knows_the_owner(False)
    sign_out(page)
    press(page, "Войти по отпечатку или лицу")
    unlock(page, PIN)
    home(page)
    page.goto("/settings/security")
    press(page, "Отключить биометрию")
    page.get_by_text("Вход по биометрии выключен").wait_for()
    sign_out(page)
    heading(page, "Введите PIN")
    assert page.get_by_role("button", name="Войти по отпечатку или лицу").count() == 0


def test_a_copy_of_the_authenticators_key_opens_nothing_and_shuts_the_door(
    page: Page, client: Client, owner: Customer, database: Callable[[str], "psycopg.Connection[Any]"]
) -> None:
    client.expect(f"{REFUSED}401")
    reader = Authenticator(page)
    with_pin(page, owner.account, PIN)
    press(page, "Использовать биометрию")
    switch_biometrics_on(page, PIN)
    page.get_by_text("Вход по биометрии включён").wait_for()
    sign_out(page)
    press(page, "Войти по отпечатку или лицу")
    home(page)
    device = json.loads(page.evaluate("localStorage.getItem('svet.device')"))["id"]
    sign_out(page)
    reader.count_back()
    press(page, "Войти по отпечатку или лицу")
    page.get_by_text("Вход по биометрии не удался. Введите PIN.").wait_for()
    page.reload()
    heading(page, "Введите PIN")
    unlock(page, PIN)
    home(page)
    reasons = database("auth").execute(
        "SELECT details->>'reason' FROM audit WHERE device_id = %s AND act = 'biometrics_refused' ORDER BY id",
        (device,),
    )
    assert [reason for (reason,) in reasons] == ["counter"]


def test_who_was_signed_out_elsewhere_is_told_and_comes_back_to_the_same_page(
    signed_in: Callable[..., Page], client: Client, owner: Customer
) -> None:
    client.expect(f"{REFUSED}401")
    page = signed_in(owner, address="/settings")
    consents = page.get_by_role("link", name="Согласия")
    consents.wait_for()
    owner.visitor.send("DELETE", "/me/sessions?keep_current=true")
    consents.click()
    page.get_by_text("Сеанс завершён").wait_for()
    sign_in(page, owner.account)
    page.wait_for_url("**/settings/consents")


def test_whoever_leaves_in_one_tab_has_left_in_the_other(
    signed_in: Callable[..., Page], owner: Customer
) -> None:
    page = signed_in(owner, address="/settings/profile")
    page.get_by_text(owner.email).wait_for()
    other = page.context.new_page()
    other.goto("/settings")
    sign_out(other)
    heading(page, "Вход в личный кабинет")
    assert page.get_by_text(owner.email).count() == 0
    kept = page.evaluate("Object.keys(localStorage)")
    assert not {"svet.me", "svet.account", "svet.expires"} & set(kept)
    sign_in(page, owner.account)
    home(page)
    other.wait_for_url(lambda url: not url.endswith("/login"))
