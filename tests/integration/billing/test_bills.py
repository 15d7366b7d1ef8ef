"""Bills looked back at: the archive, a bill explained and compared, months of charges, other tariffs."""

from typing import Any

import pytest
from sqlalchemy import event, update
from sqlalchemy.orm import Session

from services.billing import models
from services.billing.document.facts import BillFacts
from services.billing.handlers import bills, months, other_tariffs, paper
from services.billing.handlers.paper import Paperwork
from services.billing.settings import KALUGA as COMPANY
from services.common.period import Period
from services.contracts import bills as contract
from services.contracts.errors import ServiceError
from tests.support.billed import add_account, at, close, metered, pay, refund, silent, unmetered

ACCOUNT, NEIGHBOUR = BOTH = ("999100001", "999100002")
JULY, AUGUST, SEPTEMBER, OCTOBER = (Period(2026, month) for month in (7, 8, 9, 10))
LAST_OCTOBER = Period(2025, 10)
TODAY = at("2026-11-20")
PAPERWORK = Paperwork(COMPANY, 25)


def explained(session: Session, period: Period) -> contract.BillDetails:
    request = contract.BillRequest(account=ACCOUNT, period=str(period))
    return bills.bill(session, request, PAPERWORK, TODAY)


def paper_of(session: Session, account: str) -> BillFacts:
    return paper.facts_of(session, account, SEPTEMBER, PAPERWORK)


def told_of(session: Session, account: str) -> contract.BillDetails:
    request = contract.BillRequest(account=account, period=str(SEPTEMBER))
    return bills.bill(session, request, PAPERWORK, TODAY)


def charges(session: Session, **interval: str) -> contract.Charges:
    return months.charges(session, contract.ChargesRequest(account=ACCOUNT, **interval), TODAY)


def compared(session: Session) -> contract.TariffComparison:
    return other_tariffs.comparison(session, contract.ComparisonRequest(account=ACCOUNT), TODAY)


def causes(comparison: contract.BillComparison | None) -> dict[str, int | None]:
    """By kind; they add up to the difference, whatever they are."""
    assert comparison
    assert sum(cause.amount or 0 for cause in comparison.causes) == comparison.difference
    return {cause.kind: cause.amount for cause in comparison.causes}


def test_the_archive_is_newest_first_and_knows_the_current_one(books: Session) -> None:
    close(books, SEPTEMBER, metered(ACCOUNT, [100], AUGUST, SEPTEMBER), day="2026-10-03")
    close(books, OCTOBER, metered(ACCOUNT, [120], SEPTEMBER, OCTOBER, 1100), day="2026-11-03")
    kept = bills.archive(books, contract.BillsRequest(account=ACCOUNT), TODAY).bills
    assert [(row.period, row.number, row.current, row.document) for row in kept] == [
        ("2026-10", f"{ACCOUNT}-202610", True, True),
        ("2026-09", f"{ACCOUNT}-202609", False, True),
    ]
    assert [row.amount for row in kept] == [748_00 + 998_40, 748_00]
    newest = bills.archive(books, contract.BillsRequest(account=ACCOUNT, limit=1), TODAY).bills
    assert [row.period for row in newest] == ["2026-10"]


def test_a_line_tells_its_readings_its_price_and_its_act(books: Session) -> None:
    close(books, OCTOBER, metered(ACCOUNT, [100], SEPTEMBER, OCTOBER), day="2026-11-03")
    found = explained(books, OCTOBER)
    (line,) = found.lines
    assert (line.title, line.volume, line.price, line.amount) == ("Электроэнергия", "100", "8.32", 832_00)
    assert line.explanation.replace("\u00a0", " ") == (
        "Счётчик № 00712345: было 1000 (23.09.2026, передали вы), стало 1100 (23.10.2026, передали вы), "
        "расход 100 кВт·ч. 100 кВт·ч × 8,32 ₽ = 832,00 ₽."
    )
    assert line.act
    (meter,) = found.meters
    assert (meter.serial, meter.zones[0].before, meter.zones[0].now) == ("00712345", 1000, 1100)
    assert (found.to_pay, found.charged, found.kwh, found.way) == (832_00, 832_00, "100", "meter")
    assert (found.current, found.document, found.estimated) == (True, True, None)


def test_a_dearer_month_is_told_by_kwh_and_by_price(books: Session) -> None:
    close(books, LAST_OCTOBER, metered(ACCOUNT, [90], Period(2025, 9), LAST_OCTOBER), day="2025-11-03")
    close(books, SEPTEMBER, metered(ACCOUNT, [100], AUGUST, SEPTEMBER), day="2026-10-03")
    close(books, OCTOBER, metered(ACCOUNT, [120], SEPTEMBER, OCTOBER, 1100), day="2026-11-03")
    found = explained(books, OCTOBER)
    assert found.previous_month
    assert (found.previous_month.kwh, found.previous_month.kwh_difference) == ("100", "20")
    # 20 kWh more at 7.48, and 120 kWh dearer by 0.84.
    assert causes(found.previous_month) == {"volume": 149_60, "price": 100_80}
    texts = [cause.text.replace("\u00a0", " ") for cause in found.previous_month.causes]
    assert texts == [
        "Расход больше на 20 кВт·ч.",
        "Цена выросла: было 7,48 ₽, стало 8,32 ₽ за кВт·ч.",
    ]
    # A year ago 90 kWh cost 7.36 each.
    assert causes(found.last_year) == {"volume": 220_80, "price": 115_20}


def test_an_estimate_and_its_recalculation_are_told(books: Session) -> None:
    close(books, SEPTEMBER, silent(ACCOUNT, SEPTEMBER), day="2026-10-03")
    close(books, OCTOBER, metered(ACCOUNT, [122], AUGUST, OCTOBER), day="2026-11-03")
    september = explained(books, SEPTEMBER)
    assert september.estimated
    assert "по среднему расходу за последние 6 месяцев" in september.estimated
    assert "взят средний расход за последние 6 месяцев" in september.lines[0].explanation
    october = explained(books, OCTOBER)
    assert [(one.period, one.kwh_before, one.kwh_after, one.amount) for one in october.recalculations] == [
        ("2026-09", "100", "60", 448_80 - 748_00)
    ]
    told = causes(october.previous_month)
    assert told["recalculation"] == 448_80 - 748_00
    assert told["estimate"] is None
    (line,) = october.lines
    assert "расход 122 кВт·ч. Из него 1–31 октября: 62 кВт·ч" in line.explanation.replace("\u00a0", " ")


def test_an_old_bill_keeps_the_household_it_was_made_for(books: Session) -> None:
    add_account(books, NEIGHBOUR)
    close(books, SEPTEMBER, silent(ACCOUNT, SEPTEMBER), unmetered(NEIGHBOUR), day="2026-10-03")
    before = {account: (paper_of(books, account), told_of(books, account)) for account in BOTH}
    books.execute(
        update(models.Account)
        .where(models.Account.account.in_(BOTH))
        .values(street="ул. Ленина", postcode="248001", residents=5, tariff_group="rural", area_m2=90)
    )
    books.expire_all()
    assert {account: (paper_of(books, account), told_of(books, account)) for account in BOTH} == before
    assert "ул. Мира" in before[ACCOUNT][0].payer.address
    close(books, OCTOBER, silent(ACCOUNT, OCTOBER), day="2026-11-03")
    printed = paper.facts_of(books, ACCOUNT, OCTOBER, PAPERWORK)
    assert printed.payer.address.startswith("248001, ")
    assert "ул. Ленина" in printed.payer.address
    assert (printed.payer.residents, printed.payer.area_m2) == (5, 90)


def test_a_charge_from_before_households_were_kept_goes_by_the_registry(books: Session) -> None:
    close(books, SEPTEMBER, silent(ACCOUNT, SEPTEMBER), day="2026-10-03")
    books.execute(update(models.Charge).where(models.Charge.account == ACCOUNT).values(household=None))
    books.execute(update(models.Account).where(models.Account.account == ACCOUNT).values(residents=5))
    books.expire_all()
    assert (paper_of(books, ACCOUNT).payer.residents, told_of(books, ACCOUNT).residents) == (5, 5)


def test_months_of_charges_stand_beside_what_was_paid(books: Session) -> None:
    close(books, AUGUST, metered(ACCOUNT, [100], JULY, AUGUST), day="2026-09-03")
    pay(books, ACCOUNT, 500_00, "2026-09-10")
    pay(books, ACCOUNT, 200_00, "2026-09-30", channel="bank")
    refund(books, ACCOUNT, 50_00, "2026-09-30")
    close(books, SEPTEMBER, metered(ACCOUNT, [0], AUGUST, SEPTEMBER, 1100), day="2026-10-03")
    pay(books, ACCOUNT, 48_00, "2026-11-05")
    found = charges(books)
    assert (found.from_period, found.to_period) == ("2025-12", "2026-11")
    assert [(m.period, m.bill, m.kwh, m.charged, m.paid, m.to_pay, m.balance) for m in found.months] == [
        ("2026-08", "own", "100", 748_00, 0, 748_00, 748_00),
        ("2026-09", "own", "0", 0, 650_00, 98_00, 98_00),
        ("2026-11", "none", None, None, 48_00, None, None),
    ]
    part = charges(books, from_period="2026-09", to_period="2026-09")
    assert [month.period for month in part.months] == ["2026-09"]
    with pytest.raises(ServiceError, match="invalid_request"):
        charges(books, from_period="2026-10", to_period="2026-09")


def test_midnight_in_moscow_parts_the_months(books: Session) -> None:
    pay(books, ACCOUNT, 100_00, "2026-09-30", hour=20)
    pay(books, ACCOUNT, 7_00, "2026-09-30", hour=21)
    found = {month.period: month.paid for month in charges(books).months}
    assert found == {"2026-09": 100_00, "2026-10": 7_00}


def test_a_year_by_zones_is_split_by_the_typical_profile(books: Session) -> None:
    close(books, SEPTEMBER, metered(ACCOUNT, [200], AUGUST, SEPTEMBER), day="2026-10-03")
    close(books, OCTOBER, metered(ACCOUNT, [100], SEPTEMBER, OCTOBER, 1200), day="2026-11-03")
    found = compared(books)
    assert (found.months, found.kwh) == (["2026-09", "2026-10"], "300")
    one, two, three = found.options
    assert (one.present, one.basis, one.total, one.difference) == (True, "own", 300 * 8_32, 0)
    assert (two.basis, three.basis) == ("profile", "profile")
    assert [(share.zone, share.kwh) for share in two.zones] == [("day", "234"), ("night", "66")]
    assert two.difference == two.total - one.total
    assert found.profile
    assert any("счётчик" in caveat for caveat in found.caveats)
    assert any("только за 2 месяца" in caveat for caveat in found.caveats)


def test_own_zones_need_no_profile(books: Session) -> None:
    close(books, OCTOBER, metered(ACCOUNT, [100, 60, 140], SEPTEMBER, OCTOBER), day="2026-11-03")
    found = compared(books)
    assert [(option.form, option.basis, option.present) for option in found.options] == [
        (1, "own", False),
        (2, "own", False),
        (3, "own", True),
    ]
    assert found.profile is None
    assert [share.kwh for share in found.options[1].zones] == ["240", "60"]
    charged = explained(books, OCTOBER).charged
    assert charged == found.options[2].total


def test_an_estimate_put_right_counts_by_its_reading(books: Session) -> None:
    close(books, SEPTEMBER, silent(ACCOUNT, SEPTEMBER), day="2026-10-03")
    close(books, OCTOBER, metered(ACCOUNT, [122], AUGUST, OCTOBER), day="2026-11-03")
    found = compared(books)
    assert found.kwh == "122"
    assert not any("без показаний" in caveat for caveat in found.caveats)


def test_a_home_without_a_meter_is_charged_by_the_norm_and_says_so(books: Session) -> None:
    close(books, OCTOBER, unmetered(ACCOUNT), day="2026-11-03")
    found = explained(books, OCTOBER)
    assert found.way == "norm"
    assert all("норматив" in line.explanation for line in found.lines)
    assert any("без показаний" in caveat for caveat in compared(books).caveats)


def test_nothing_to_look_back_at(books: Session) -> None:
    assert bills.archive(books, contract.BillsRequest(account=ACCOUNT), TODAY).bills == []
    assert charges(books).months == []
    assert compared(books).options == []
    with pytest.raises(ServiceError, match="not_found"):
        explained(books, OCTOBER)
    with pytest.raises(ServiceError, match="account_unknown"):
        bills.archive(books, contract.BillsRequest(account="999999998"), TODAY)


def test_more_history_asks_no_more_queries(books: Session) -> None:
    """Statements of each look-back after one month, and after five: the same."""

    def counted() -> list[int]:
        seen: list[Any] = []
        listening = (books.connection(), "before_cursor_execute", lambda *args: seen.append(args[2]))
        counts = []
        for look in (
            lambda: bills.archive(books, contract.BillsRequest(account=ACCOUNT), TODAY),
            lambda: explained(books, JULY),
            lambda: charges(books),
            lambda: compared(books),
        ):
            books.expire_all()
            seen.clear()
            event.listen(*listening)
            look()
            event.remove(*listening)
            counts.append(len([text for text in seen if text.startswith("SELECT")]))
        return counts

    close(books, JULY, metered(ACCOUNT, [100], Period(2026, 6), JULY), day="2026-08-03")
    once = counted()
    close(books, AUGUST, silent(ACCOUNT, AUGUST), day="2026-09-03")
    close(books, SEPTEMBER, metered(ACCOUNT, [200], JULY, SEPTEMBER, 1100), day="2026-10-03")
    close(books, OCTOBER, metered(ACCOUNT, [200], SEPTEMBER, OCTOBER, 1300), day="2026-11-03")
    again = counted()
    assert again <= once
    assert max(again) <= 12
