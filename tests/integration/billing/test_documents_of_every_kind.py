"""Bills of every kind, made by closings and opened through the gateway with readers that are not ours."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, delete, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from deploy.demo.visitor import Mailbox
from deploy.local.system import LocalSystem
from deploy.tariffs import KALUGA
from services.billing import models, tariff_files
from services.common.period import Period
from tests.support.billed import close, forget_closings, metered, pay, silent, unmetered
from tests.support.customer import Customer, make_customer
from tests.support.households import Households

NOVEMBER, DECEMBER, JANUARY, FEBRUARY = Period(2026, 11), Period(2026, 12), Period(2027, 1), Period(2027, 2)
SAYS = {
    "one zone": ("Электроэнергия", "135"),
    "three zones with ranges": ("День (пик)", "Ночь", "Полупик", "свыше 6 000"),
    "norm": ("По нормативу", "Счётчика нет"),
    "debt with penalty": ("Пени (отдельно от долга)", "Как посчитаны пени"),
    "overpayment": ("Платить не нужно", "Переплата"),
    "recalculation": ("Перерасчёт за прошлые месяцы", "декабрь 2026"),
    "common house needs": ("Общедомовые нужды", "общий счётчик дома"),
}
"""Kinds of bills, and what the paper of each must say."""


@dataclass(frozen=True)
class Papers:
    """An account of each kind, with the customer in whose cabinet it is."""

    holders: dict[str, tuple[Customer, str]]

    def details(self, kind: str) -> dict[str, Any]:
        customer, account = self.holders[kind]
        found: dict[str, Any] = customer.visitor.get(f"/accounts/{account}/bills/{FEBRUARY}")
        return found

    def file(self, kind: str, format_: str, folder: Path) -> Path:
        customer, account = self.holders[kind]
        path = f"/accounts/{account}/bills/{FEBRUARY}/document"
        answer = customer.visitor.send("GET", path, params={"format": format_})
        assert answer.status_code == 200, answer.text
        file = folder / f"bill.{format_}"
        file.write_bytes(answer.content)
        return file


@pytest.fixture(scope="module")
def papers(system: LocalSystem, mailbox: Mailbox, households: Households) -> Iterator[Papers]:
    homes = [households.take(lambda home: home.balance == 0, zones=1) for _ in SAYS]
    kinds = {kind: home.account for kind, home in zip(SAYS, homes, strict=True)}
    first, second = (
        make_customer(system.urls.gateway, mailbox, home, "app") for home in (homes[0], homes[-1])
    )
    for home in homes[1:-1]:
        body = {"account": home.account, "address": home.address}
        assert first.visitor.send("POST", "/me/accounts", json=body).status_code == 201
    holders = {kind: (second if kind == "common house needs" else first, kinds[kind]) for kind in kinds}
    url = system.urls.databases["billing"].replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, poolclass=NullPool)
    with Session(engine) as session, session.begin():
        tariff_files.load(session, tariff_files.read(KALUGA))
        _close(session, kinds)
    yield Papers(holders)
    with Session(engine) as session, session.begin():
        forget_closings(session, list(kinds.values()))
        for table in (models.HouseMonth, models.HouseAccount, models.House):
            session.execute(delete(table).where(table.house == "papers"))


def _close(session: Session, kinds: dict[str, str]) -> None:
    """November to February: most are told each month, some owe for long, one was silent for two months."""
    told = [kinds[kind] for kind in ("one zone", "overpayment", "common house needs")]
    zones, owing, quiet = kinds["three zones with ranges"], kinds["debt with penalty"], kinds["recalculation"]
    _direct_house(session, kinds["common house needs"])
    start = 1000
    pay(session, kinds["overpayment"], 900_000, "2026-12-01")
    for month, day in ((NOVEMBER, "2026-12-03"), (DECEMBER, "2027-01-03"), (JANUARY, "2027-02-03")):
        before = month.previous
        silence = month != NOVEMBER
        close(
            session,
            month,
            *(metered(account, [100], before, month, start) for account in told),
            metered(zones, [1000, 500, 700], before, month, start),
            metered(owing, [300], before, month, start),
            silent(quiet, month) if silence else metered(quiet, [100], before, month, start),
            unmetered(kinds["norm"]),
            day=day,
        )
        start += 1000
    pay(session, owing, 50_000, "2027-02-20", channel="bank")
    close(
        session,
        FEBRUARY,
        *(metered(account, [135], JANUARY, FEBRUARY, start) for account in told),
        metered(zones, [4000, 1500, 1700], JANUARY, FEBRUARY, start),
        metered(owing, [310], JANUARY, FEBRUARY, start),
        metered(quiet, [360], NOVEMBER, FEBRUARY, start),
        unmetered(kinds["norm"]),
        day="2027-03-03",
    )


def _direct_house(session: Session, account: str) -> None:
    """A house whose common needs are billed to its flats, this one among them."""
    session.add(
        models.House(
            house="papers",
            valid_from=date(2026, 1, 1),
            direct=True,
            tariff_group="urban_gas",
            area_m2=Decimal(2400),
            common_m2=Decimal(100),
            norm_kwh_m2=None,
            act="протокол № 7",
        )
    )
    session.execute(text("UPDATE accounts SET area_m2 = 60 WHERE account = :a"), {"a": account})
    session.add(models.HouseAccount(account=account, house="papers"))
    for month in (NOVEMBER, DECEMBER, JANUARY, FEBRUARY):
        kept = models.HouseMonth(
            house="papers", period=month.first_day, kwh=12000, others_kwh=Decimal(1000), source="счётчик дома"
        )
        session.add(kept)
    session.flush()


@pytest.mark.parametrize("kind", SAYS)
def test_the_paper_is_whole_and_says_what_the_page_says(papers: Papers, kind: str, tmp_path: Path) -> None:
    file = papers.file(kind, "pdf", tmp_path)
    subprocess.run(["qpdf", "--check", file], check=True, capture_output=True)
    told = subprocess.run(["pdftotext", "-layout", file, "-"], check=True, capture_output=True, text=True)
    paper = " ".join(told.stdout.replace("\u00a0", " ").split())
    for words in SAYS[kind]:
        assert words in paper
    details = papers.details(kind)
    if details["to_pay"]:
        roubles, kopecks = divmod(details["to_pay"], 100)
        assert f"{roubles:,},{kopecks:02d} ₽".replace(",", " ", f"{roubles:,}".count(",")) in paper
    assert sum(line["amount"] for line in details["lines"]) == details["charged"]
    assert all(line["explanation"].endswith(".") and line["act"] for line in details["lines"])


@pytest.mark.parametrize("kind", SAYS)
def test_the_codes_of_the_picture_pay_and_open_the_form(papers: Papers, kind: str, tmp_path: Path) -> None:
    details = papers.details(kind)
    read = subprocess.run(
        ["zbarimg", "-q", "--raw", papers.file(kind, "png", tmp_path)], capture_output=True, text=True
    )
    codes = read.stdout.split("\n")
    paying = [code for code in codes if code.startswith("ST00012|")]
    assert len(paying) == (1 if details["to_pay"] else 0)
    for code in paying:
        assert f"|PersAcc={details['account']}|PaymPeriod=022027|Sum={details['to_pay']}|" in code
    form = [code for code in codes if code.endswith(f"/readings?account={details['account']}")]
    assert len(form) == (0 if kind == "norm" else 1)


def test_the_page_compares_every_kind_with_the_month_before(papers: Papers) -> None:
    for kind in SAYS:
        compared = papers.details(kind)["previous_month"]
        assert compared["period"] == str(JANUARY)
        assert sum(cause["amount"] or 0 for cause in compared["causes"]) == compared["difference"]
