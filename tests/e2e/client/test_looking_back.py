"""What is looked back at: payments, readings, charges and consumption with their charts, bills, tariffs."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect
from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker
from sqlalchemy.pool import NullPool

from deploy.demo.visitor import Mailbox
from deploy.local.system import LocalSystem
from services.common.clock import MOSCOW, business_now, moscow_date
from services.common.money import roubles
from services.common.period import Period
from services.common.russian import month_name
from services.readings import feed_files
from tests.screens.cast import Cast
from tests.screens.homes import THIS_MONTH
from tests.support.client import DESKTOP, Look
from tests.support.customer import Customer, make_customer
from tests.support.households import Households

SignedIn = Callable[..., Page]
LAST = THIS_MONTH.previous
TODAY = moscow_date(business_now())


def test_payments_are_shown_with_their_status_channel_and_readings(
    signed_in: SignedIn, customer: Customer
) -> None:
    done = customer.pay(123_45)
    customer.wait_counted(done["id"])
    begun = customer.start(50_00)
    customer.visitor.post(f"{customer.path}/readings", {"values": customer.values(60)})
    page = signed_in(customer, address="/history/payments")
    page.get_by_text("Передача показаний без оплаты", exact=True).wait_for()
    receipt = page.get_by_role("link", name="Платёж успешно выполнен")
    assert receipt.get_attribute("href") == f"/payments/{done['id']}/receipt"
    assert page.get_by_role("listitem").get_by_text(roubles(123_45), exact=True).is_visible()
    assert page.get_by_text(customer.values(40)[0]).first.is_visible()
    assert page.get_by_role("link", name="Ждём оплату").get_attribute("href") == f"/payments/{begun['id']}"


def test_any_interval_of_payments_is_kept_in_the_address(signed_in: SignedIn, cast: Cast) -> None:
    page = signed_in(cast["family"], address="/history/payments")
    by_bank = page.get_by_text("через банк")
    expect(by_bank).to_have_count(2)
    today = moscow_date(business_now())
    page.get_by_label("С", exact=True).fill(str(today - timedelta(days=150)))
    page.get_by_role("button", name="Показать").click()
    expect(by_bank).to_have_count(3)
    assert f"from={today - timedelta(days=150)}" in page.url
    page.reload()
    expect(by_bank).to_have_count(3)
    page.get_by_label("По", exact=True).fill("2020-01-01")
    page.get_by_role("button", name="Показать").click()
    expect(page.get_by_text("Начало позже конца")).to_be_visible()
    assert page.get_by_label("С", exact=True).evaluate("field => field === document.activeElement")


def test_a_period_opens_to_all_that_was_said_about_its_readings(
    signed_in: SignedIn, system: LocalSystem, mailbox: Mailbox, households: Households
) -> None:
    home = households.take(lambda home: home.meter is not None and home.meter.verification_due > TODAY)
    customer = make_customer(system.urls.gateway, mailbox, home)
    low = [str(max(0, int(value) - 100)) for value in customer.values(0)]
    for values in (low, customer.values(30), customer.values(45)):
        customer.visitor.post(f"{customer.path}/readings", {"values": values})
    page = signed_in(customer, address="/history/readings")
    newest = page.locator("main details").first
    expect(newest.locator("summary")).to_contain_text("принято к расчёту")
    expect(newest.locator("summary")).to_contain_text(customer.values(45)[0])
    assert not newest.get_by_text("Не принято: показания меньше").is_visible()
    newest.locator("summary").click()
    assert newest.get_by_text("Не принято: показания меньше предыдущих. Проверьте цифры").is_visible()
    assert newest.get_by_text("заменено более поздними", exact=True).is_visible()
    assert newest.get_by_text(f"Счётчик № {customer.home.meter.serial}").count() == 3  # type: ignore[union-attr]


def test_the_chart_of_charges_is_walked_by_keys_and_says_what_its_table_says(
    signed_in: SignedIn, cast: Cast
) -> None:
    family = cast["family"]
    page = signed_in(family, Look(size=DESKTOP), "/history/charges")
    chart, said = page.get_by_role("slider"), page.locator("figcaption [role=status]")
    chart.focus()
    chart.press("End")
    chart.press("ArrowLeft")
    month = _months(family, "charges")[str(LAST)]
    expect(said).to_contain_text(f"{_title(LAST)}: начислено")
    expect(said).to_contain_text(roubles(month["charged"] + month["recalculated"] + month["penalty"]))
    page.get_by_text("Показать таблицей").click()
    row = page.get_by_role("row").filter(has_text=month_name(LAST))
    expect(row).to_contain_text(roubles(month["charged"]))
    box = chart.bounding_box()
    assert box
    page.mouse.click(box["x"] + 4, box["y"] + 40)
    expect(chart).to_have_attribute("aria-valuenow", "1")
    expect(said).to_contain_text("оплат не было")
    page.get_by_role("link", name=_title(LAST)).click()
    page.wait_for_url(f"**/bills/{LAST}")


def test_consumption_is_shown_by_zone_for_the_months_asked_for(signed_in: SignedIn, cast: Cast) -> None:
    page = signed_in(cast["family"], address="/history/usage")
    months = _months(cast["family"], "consumption")
    day, night = months[str(LAST)]["kwh"]
    said = page.locator("figcaption [role=status]")
    expect(said).to_have_text(
        f"{_title(LAST)}: {int(day) + int(night)} кВт·ч: день {day}, ночь {night}", use_inner_text=True
    )
    first = LAST.previous.previous
    page.get_by_role("combobox", name="С", exact=True).select_option(str(first))
    page.get_by_role("button", name="Показать").click()
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuemax", "3")
    assert f"from={first}&to={LAST}" in page.url
    page.get_by_text("Показать таблицей").click()
    expect(page.get_by_role("row")).to_have_count(4)


def test_an_automatic_meters_day_is_shown_by_hour(
    signed_in: SignedIn, cast: Cast, system: LocalSystem, tmp_path: Path
) -> None:
    customer = cast["automatic"]
    yesterday = moscow_date(business_now()) - timedelta(days=1)
    _feed(system, customer, yesterday, tmp_path / "hours.csv")
    page = signed_in(customer, address="/history/usage")
    page.get_by_role("heading", name="День по часам").wait_for()
    expect(page.get_by_text("всего 27,6 кВт·ч")).to_be_visible()
    chart = page.get_by_role("slider", name="Час на графике дня")
    chart.focus()
    chart.press("End")
    expect(page.get_by_text("С 23:00 до 00:00: 2,3 кВт·ч")).to_be_visible()
    page.get_by_role("button", name="Позже").click()
    expect(page.get_by_text("счётчик ничего не передал")).to_be_visible()


def test_a_bill_is_found_read_explained_and_taken_away(signed_in: SignedIn, cast: Cast) -> None:
    family = cast["family"]
    bill = family.visitor.get(f"{family.path}/bills/{LAST}")
    page = signed_in(family, address="/bills")
    current = page.locator("section").filter(has_text=f"Счёт за {month_name(LAST)}")
    expect(current).to_contain_text(roubles(bill["to_pay"]))
    expect(page.get_by_role("link", name=_title(LAST.previous))).to_be_visible()
    current.get_by_role("link", name="Открыть счёт").click()
    page.get_by_role("heading", name=f"Счёт за {month_name(LAST)}", level=1).wait_for()
    expect(page.locator("tfoot").first).to_contain_text(roubles(bill["to_pay"]))
    for line in bill["lines"]:
        expect(page.get_by_text(roubles(line["amount"]), exact=True).first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Скачать PDF").click()
    assert download.value.suggested_filename == f"schet-{LAST}-{family.account}.pdf"
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    page.get_by_role("button", name="Открыть картинкой").click()
    picture = page.get_by_role("img", name="Счёт, каким он напечатан")
    picture.wait_for()
    assert picture.evaluate("image => image.naturalWidth") > 1000
    page.get_by_role("link", name="Почему столько?").click()
    page.get_by_role("heading", name="Почему столько?", level=1).wait_for()
    for line in bill["lines"]:
        expect(page.get_by_text(line["explanation"])).to_be_visible()
    change = bill["previous_month"]["difference"]
    assert change > 0
    expect(page.get_by_text(f"Чем месяц назад: больше на {roubles(change)}")).to_be_visible()


def test_tariffs_are_compared_with_what_must_be_known(signed_in: SignedIn, cast: Cast) -> None:
    family = cast["family"]
    told = family.visitor.get(f"{family.path}/tariff-comparison")
    page = signed_in(family, address="/tariffs")
    for option in told["options"]:
        expect(page.get_by_role("heading", name=option["name"])).to_contain_text(roubles(option["total"]))
    for caveat in told["caveats"]:
        expect(page.get_by_text(caveat)).to_be_visible()


def _months(customer: Customer, what: str) -> dict[str, dict[str, object]]:
    months = customer.visitor.get(f"{customer.path}/{what}")["months"]
    return {month["period"]: month for month in months}


def _title(period: Period) -> str:
    name = month_name(period)
    return name[0].upper() + name[1:]


def _feed(system: LocalSystem, customer: Customer, day: date, file: Path) -> None:
    """Hour n of the day used n hundred Wh."""
    meter = customer.home.meter
    assert meter
    midnight = datetime.combine(day, time(), MOSCOW)
    lines = [
        f"{customer.account},{meter.serial},{(midnight + timedelta(hours=hour)).isoformat()},{hour * 100}"
        for hour in range(24)
    ]
    file.write_text("\n".join(["account,serial,start,wh", *lines]) + "\n")
    url = system.urls.databases["readings"].replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, poolclass=NullPool)
    rejected: list[object] = []
    feed_files.load_hours(file, sessionmaker(engine).begin, rejected.append)
    assert rejected == []
