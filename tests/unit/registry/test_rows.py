"""What a household's lines become in the tables of billing and readings."""

from pathlib import Path
from uuid import UUID, uuid5

import pytest

from deploy.registry import assemble, cursor
from deploy.registry.tables import ID_NAMESPACE, row_id
from tests.unit.registry.packages import (
    FIRST,
    PACKAGE,
    SECOND,
    THIRD,
    outcome,
    three_accounts,
    with_line,
    write,
)


def test_ids_are_those_of_uuid5() -> None:
    for key in ("meter:180000001:111", "bill:180000001:2026-10", "ключ"):
        assert UUID(row_id(key)) == uuid5(ID_NAMESPACE, key)


def test_a_debt_is_receivable_an_overpayment_is_owed_and_nothing_due_has_no_posting(tmp_path: Path) -> None:
    seen = outcome(write(tmp_path / "package", three_accounts()))
    debt, overpayment = seen.rows["billing"]["postings"]
    assert (debt["account"], debt["debit"], debt["credit"], debt["amount"]) == (
        FIRST,
        "receivable",
        "opening",
        "123456",
    )
    assert (overpayment["account"], overpayment["debit"], overpayment["credit"], overpayment["amount"]) == (
        SECOND,
        "opening",
        "receivable",
        "5000",
    )
    assert debt["source"] == f"opening:{FIRST}"
    assert debt["occurred_at"] == "2026-11-20T00:00:00+03:00"


def test_bills_and_accounts_keep_what_the_files_say(tmp_path: Path) -> None:
    seen = outcome(write(tmp_path / "package", three_accounts()))
    bill, _ = seen.rows["billing"]["bills"]
    assert bill | {"id": ""} == {
        "id": "",
        "account": FIRST,
        "period": "2026-10-01",
        "amount": "123456",
        "published_at": "2026-11-05T06:00:00Z",
        "due_on": "2026-11-15",
    }
    assert [row["area_m2"] for row in seen.rows["billing"]["accounts"]] == ["54.3", "\\N", "80"]
    assert {row["package_id"] for row in seen.rows["billing"]["accounts"]} == {PACKAGE}


def test_an_opening_reading_has_its_zones_in_order_and_belongs_to_the_last_closed_period(
    tmp_path: Path,
) -> None:
    files = three_accounts()
    files["readings.csv"][1:] = reversed(files["readings.csv"][1:])
    seen = outcome(write(tmp_path / "package", files))
    one_zone, two_zones = seen.rows["readings"]["readings"]
    assert (one_zone["values"], two_zones["values"]) == ("{12345}", "{700,300}")
    assert (two_zones["period"], two_zones["source"], two_zones["status"]) == (
        "2026-10-01",
        "opening",
        "accepted",
    )
    assert two_zones["taken_at"] == "2026-10-21 00:00+03"
    assert two_zones["meter_id"] == seen.rows["readings"]["meters"][1]["id"]
    assert [row["verification_due"] for row in seen.rows["readings"]["meters"]] == ["2036-05-01", "\\N"]
    assert [row["account"] for row in seen.rows["readings"]["accounts"]] == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ('"ул. Ленина, левая сторона"', "ул. Ленина, левая сторона"),
        ('"пер. ""Заречный"""', 'пер. "Заречный"'),
        ("ул. Ленина\\N", "ул. Ленина\\\\N"),
    ],
)
def test_quotes_commas_and_backslashes_survive(written: str, read: str, tmp_path: Path) -> None:
    line = f"{SECOND},г. Калуга,{written},12,6,248000,3,urban_electric,"
    seen = outcome(write(tmp_path / "package", with_line("accounts.csv", 3, line)))
    assert seen.faults == []
    assert seen.rows["billing"]["accounts"][1]["street"] == read


def test_line_ends_of_windows_are_forgiven(tmp_path: Path) -> None:
    files = {name: [line + b"\r" for line in lines] for name, lines in three_accounts().items()}
    assert outcome(write(tmp_path / "package", files)).loaded == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize("chunk", [1, 60, 200])
def test_where_a_block_of_the_file_ends_changes_nothing(
    chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = write(tmp_path / "package", with_line("meters.csv", 3, "bad"))
    whole = outcome(package)
    monkeypatch.setattr(cursor, "_CHUNK", chunk)
    monkeypatch.setattr(assemble, "ACCOUNTS_IN_BATCH", 1)
    in_pieces = outcome(package)
    assert (in_pieces.loaded, in_pieces.faults) == (whole.loaded, whole.faults)
