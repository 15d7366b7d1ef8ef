"""What a customer looks back at, by cookie and by bearer token: bills, months, other tariffs, receipts as files."""

import subprocess
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from deploy.demo.visitor import Mailbox
from deploy.local.system import LocalSystem
from services.common.clock import moscow_date
from tests.support.customer import Customer, make_customer
from tests.support.households import Households
from tests.support.problems import code_of


@pytest.fixture(scope="module", params=["web", "app"])
def payer(
    request: pytest.FixtureRequest, system: LocalSystem, mailbox: Mailbox, households: Households
) -> Customer:
    """Somebody who has paid 123.45 with a reading."""
    channel: str = request.param
    customer = make_customer(system.urls.gateway, mailbox, households.take(zones=2), channel)
    customer.paid = customer.pay(123_45)["id"]  # type: ignore[attr-defined]
    return customer


def receipt_path(customer: Customer) -> str:
    return f"{customer.path}/payments/{customer.paid}/receipt"  # type: ignore[attr-defined]


def file_of(answer: httpx.Response, path: Path) -> Path:
    assert answer.status_code == 200, answer.text
    path.write_bytes(answer.content)
    return path


def test_the_registrys_bill_is_in_the_archive_without_a_document(payer: Customer) -> None:
    (row,) = payer.visitor.get(f"{payer.path}/bills")["bills"]
    assert (row["current"], row["document"]) == (True, False)
    assert row["number"] == f"{payer.account}-{row['period'].replace('-', '')}"
    bill = payer.visitor.get(f"{payer.path}/bills/{row['period']}")
    assert (bill["to_pay"], bill["lines"], bill["charged"]) == (row["amount"], [], None)
    assert bill["address"] == str(payer.home.address)
    refused = payer.visitor.send("GET", f"{payer.path}/bills/{row['period']}/document")
    assert code_of(refused) == "not_found"


def test_months_of_the_registry_are_marked_and_payments_counted(payer: Customer) -> None:
    months = payer.visitor.get(f"{payer.path}/charges")["months"]
    assert [month["bill"] for month in months if month["kwh"] is not None] == []
    assert "registry" in {month["bill"] for month in months}
    payer.wait_counted(payer.paid)  # type: ignore[attr-defined]
    months = payer.visitor.get(f"{payer.path}/charges")["months"]
    assert sum(month["paid"] for month in months) == 123_45


def test_without_charges_of_ours_nothing_is_compared(payer: Customer) -> None:
    found = payer.visitor.get(f"{payer.path}/tariff-comparison")
    assert (found["options"], found["months"]) == ([], [])
    assert found["caveats"]


def test_the_receipt_is_data_and_a_file(payer: Customer, tmp_path: Path) -> None:
    told = payer.visitor.get(receipt_path(payer))
    assert (told["amount"], told["status"]) == (123_45, "Платёж успешно выполнен")
    assert told["values"] == [int(value) for value in payer.values()]
    answer = payer.visitor.send("GET", f"{receipt_path(payer)}/document")
    assert answer.headers["content-type"] == "application/pdf"
    day = moscow_date(datetime.fromisoformat(told["paid_at"]))
    name = f"kvitanciya-{day}-{payer.account}.pdf"
    assert answer.headers["content-disposition"] == f'inline; filename="{name}"'
    file = file_of(answer, tmp_path / "receipt.pdf")
    subprocess.run(["qpdf", "--check", file], check=True, capture_output=True)
    text = subprocess.run(["pdftotext", "-layout", file, "-"], check=True, capture_output=True, text=True)
    paper = text.stdout.replace("\u00a0", " ")
    for fact in (
        "123,45 ₽",
        payer.account,
        told["order_number"],
        told["payment_id"],
        "Платёж успешно выполнен",
    ):
        assert fact in paper
    assert "(день)" in paper
    assert "(ночь)" in paper


def test_a_receipt_is_saved_shown_and_known_again(payer: Customer) -> None:
    path = f"{receipt_path(payer)}/document"
    saved = payer.visitor.send("GET", path, params={"download": "true", "format": "png"})
    assert saved.headers["content-type"] == "image/png"
    assert saved.headers["content-disposition"].startswith("attachment;")
    again = payer.visitor.send(
        "GET", path, params={"format": "png"}, headers={"If-None-Match": saved.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")


def test_a_co_holder_sees_the_payment_and_not_its_receipt(payer: Customer, neighbour: Customer) -> None:
    linked = neighbour.visitor.send(
        "POST", "/me/accounts", json={"account": payer.account, "address": payer.home.address}
    )
    assert linked.status_code == 201, linked.text
    try:
        rows = neighbour.visitor.get(f"{payer.path}/payments")["rows"]
        assert [row["receipt"] for row in rows if row["kind"] == "payment"] == [False]
        for path in (receipt_path(payer), f"{receipt_path(payer)}/document"):
            assert code_of(neighbour.visitor.send("GET", path)) == "forbidden"
        assert neighbour.visitor.get(f"{payer.path}/bills")["bills"]
    finally:
        neighbour.visitor.send("DELETE", f"/me/accounts/{payer.account}")
