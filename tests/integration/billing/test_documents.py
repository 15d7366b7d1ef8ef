"""Bills as files through the gateway: drawn once, kept in storage, streamed with their names and types."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote, urlparse

import httpx
import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from deploy.demo.visitor import Mailbox, eventually
from deploy.local.system import LocalSystem
from deploy.tariffs import KALUGA
from services.billing import tariff_files
from services.common.period import Period
from tests.support.billed import close, forget_closings, metered, silent
from tests.support.customer import Customer, make_customer
from tests.support.households import Households
from tests.support.problems import code_of

DECEMBER, JANUARY = Period(2026, 12), Period(2027, 1)
PDF, PNG = "application/pdf", "image/png"


@pytest.fixture(scope="module")
def billed(system: LocalSystem, mailbox: Mailbox, households: Households) -> Iterator[Customer]:
    """A customer with cookies and bills of two months after the registry's: an estimate, and its correction."""
    customer = make_customer(system.urls.gateway, mailbox, households.take(zones=1))
    url = system.urls.databases["billing"].replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, poolclass=NullPool)
    with Session(engine) as session, session.begin():
        tariff_files.load(session, tariff_files.read(KALUGA))
        close(session, DECEMBER, silent(customer.account, DECEMBER), day="2027-01-03")
        two_months = metered(customer.account, [122], Period(2026, 11), JANUARY)
        close(session, JANUARY, two_months, day="2027-02-03")
    yield customer
    with Session(engine) as session, session.begin():
        forget_closings(session, [customer.account])


@pytest.fixture
def storage(system: LocalSystem) -> Path:
    return Path(unquote(urlparse(system.settings["SVET_FILES_URL"]).path))


def document(customer: Customer, period: Period = JANUARY, **kwargs: object) -> httpx.Response:
    return customer.visitor.send("GET", f"{customer.path}/bills/{period}/document", **kwargs)


def outcomes(system: LocalSystem) -> dict[str, float]:
    """How often bills were drawn, found, failed."""
    page = httpx.get(f"http://127.0.0.1:{system.ports['billing-documents']}/metrics", trust_env=False).text
    found = re.findall(r'svet_documents_total\{format="\w+",kind="bills",outcome="(\w+)"\} ([0-9.e+]+)', page)
    sums: dict[str, float] = {}
    for outcome, count in found:
        sums[outcome] = sums.get(outcome, 0) + float(count)
    return sums


def test_the_bill_comes_as_pdf_with_its_name_and_type(billed: Customer, tmp_path: Path) -> None:
    answer = document(billed)
    assert (answer.status_code, answer.headers["content-type"]) == (200, PDF)
    name = f"schet-2027-01-{billed.account}.pdf"
    assert answer.headers["content-disposition"] == f'inline; filename="{name}"'
    assert answer.headers["cache-control"] == "private, no-cache"
    assert int(answer.headers["content-length"]) == len(answer.content)
    file = tmp_path / name
    file.write_bytes(answer.content)
    subprocess.run(["qpdf", "--check", file], check=True, capture_output=True)
    text = subprocess.run(["pdftotext", "-layout", file, "-"], check=True, capture_output=True, text=True)
    assert billed.account in text.stdout
    assert "Перерасчёт за прошлые месяцы" in text.stdout
    saved = document(billed, params={"download": "true"})
    assert saved.headers["content-disposition"] == f'attachment; filename="{name}"'


def test_the_bill_comes_as_a_picture_whose_code_is_read(billed: Customer, tmp_path: Path) -> None:
    answer = document(billed, params={"format": "png"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, PNG)
    assert answer.headers["content-disposition"].endswith('.png"')
    picture = tmp_path / "bill.png"
    picture.write_bytes(answer.content)
    read = subprocess.run(["zbarimg", "-q", "--raw", picture], check=True, capture_output=True, text=True)
    assert f"PersAcc={billed.account}|PaymPeriod=012027" in read.stdout


def test_who_has_it_already_is_not_sent_it_again(billed: Customer) -> None:
    mark = document(billed).headers["etag"]
    again = document(billed, headers={"If-None-Match": f'"other", W/{mark}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", mark)
    assert document(billed, headers={"If-None-Match": '"other"'}).status_code == 200
    assert document(billed, DECEMBER).headers["etag"] != mark


def test_asked_for_by_many_at_once_it_is_drawn_once(
    billed: Customer, system: LocalSystem, storage: Path
) -> None:
    shutil.rmtree(storage / "bills", ignore_errors=True)
    before = outcomes(system)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: document(billed, DECEMBER), range(8)))
    assert [answer.status_code for answer in answers] == [200] * 8
    assert len({answer.content for answer in answers}) == 1
    assert outcomes(system).get("drawn", 0) - before.get("drawn", 0) == 1
    assert len([file for file in (storage / "bills").rglob("*") if file.is_file()]) == 1


def test_what_is_in_storage_is_not_drawn_again(billed: Customer, system: LocalSystem) -> None:
    document(billed)
    before = outcomes(system)
    assert document(billed).status_code == 200
    after = outcomes(system)
    assert after.get("drawn", 0) == before.get("drawn", 0)
    assert after["found"] == before.get("found", 0) + 1


def test_without_a_bill_of_ours_there_is_no_document(billed: Customer) -> None:
    archive = billed.visitor.get(f"{billed.path}/bills")["bills"]
    registry = next(row for row in archive if not row["document"])
    assert code_of(document(billed, Period.parse(registry["period"]))) == "not_found"
    assert code_of(document(billed, Period(2024, 1))) == "not_found"
    assert code_of(billed.visitor.send("GET", f"{billed.path}/bills/2025-13/document")) == "invalid_request"
    assert code_of(document(billed, params={"format": "exe"})) == "invalid_request"


def test_a_storage_that_is_away_is_said_so_and_comes_back(
    billed: Customer, system: LocalSystem, storage: Path
) -> None:
    shutil.rmtree(storage)
    storage.write_text("a file where the folder was")
    try:
        answer = document(billed)
        assert code_of(answer) == "document_unavailable"
        assert answer.headers["retry-after"]
        assert "Документ сейчас не открывается" in answer.json()["title"]
        assert billed.visitor.get(f"{billed.path}/bills/{JANUARY}")["to_pay"] > 0
    finally:
        storage.unlink()
    assert document(billed).status_code == 200


def test_who_draws_being_away_is_said_so_and_the_bill_is_still_there(
    billed: Customer, system: LocalSystem
) -> None:
    system.stop_process("billing-documents")
    try:
        assert code_of(document(billed)) == "document_unavailable"
        assert billed.visitor.get(f"{billed.path}/bills/{JANUARY}")["lines"]
    finally:
        system.start_process("billing-documents")
        system.wait_ready(90, ["billing-documents"])
    assert eventually(lambda: document(billed).status_code == 200, "documents are drawn again", 60)


def test_a_killed_child_costs_one_document_at_most(
    billed: Customer, system: LocalSystem, storage: Path
) -> None:
    parent = system.pid("billing-documents")
    listed = subprocess.run(["pgrep", "-P", str(parent)], capture_output=True, text=True, check=True)
    children = listed.stdout.split()
    assert children
    subprocess.run(["kill", "-9", *children], check=True)
    shutil.rmtree(storage / "bills", ignore_errors=True)
    assert eventually(lambda: document(billed).status_code == 200, "documents are drawn again", 60)
    assert system.pid("billing-documents") == parent
