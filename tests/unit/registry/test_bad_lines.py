"""A bad line is told with its file, its number and its reason, and costs its own account only."""

from pathlib import Path

import pytest

from tests.unit.registry.packages import (
    FIRST,
    SECOND,
    THIRD,
    Files,
    outcome,
    three_accounts,
    with_line,
    write,
)

A2 = f"{SECOND},г. Калуга,ул. Ленина,12,6,248000,3,urban_electric,"
M2 = f"{SECOND},222,Меркурий 200.02,2,5,manual,working,2021-06-02,"
R2 = f"{SECOND},222,1,700,2026-10-21,customer"
BILL = "2026-10,0,2026-11-05T06:00:00Z,2026-11-15"

# name of the case: file, line number, the line instead, what is said
BAD: dict[str, tuple[str, int, str | bytes, str]] = {
    "letters in the account number": (
        "accounts.csv",
        3,
        A2.replace(SECOND, "18000000o"),
        "account must be nine digits",
    ),
    "ten digits": ("accounts.csv", 3, A2.replace(SECOND, SECOND + "1"), "account must be nine digits"),
    "bracketed account number": (
        "meters.csv",
        3,
        M2.replace(SECOND, "(180)000002"),
        "account must be nine digits",
    ),
    "too few columns": ("accounts.csv", 3, A2.removesuffix(","), "8 columns instead of 9"),
    "too many columns": ("readings.csv", 3, R2 + ",x", "7 columns instead of 6"),
    "an empty line": ("accounts.csv", 3, "", "0 columns instead of 9"),
    "a quote never closed": (
        "accounts.csv",
        3,
        A2.replace("ул.", '"ул.'),
        "not a CSV line: unexpected end of data",
    ),
    "broken encoding": (
        "accounts.csv",
        3,
        A2.encode().replace("ул".encode(), b"\xd1"),
        "street is not UTF-8",
    ),
    "another encoding": ("meters.csv", 3, M2.encode("cp1251"), "model is not UTF-8"),
    "a control character": (
        "accounts.csv",
        3,
        A2.replace("ул.", "ул\x00"),
        "street holds a control character",
    ),
    "a tab": ("accounts.csv", 3, A2.replace("ул.", "ул\t"), "street holds a control character"),
    "no house": ("accounts.csv", 3, A2.replace(",12,", ",,"), "house must be 1 to 30 characters"),
    "residents below zero": (
        "accounts.csv",
        3,
        A2.replace(",3,", ",-3,"),
        "residents must be a whole number from 0 to 99",
    ),
    "an unknown tariff group": (
        "accounts.csv",
        3,
        A2.replace("urban_electric", "city"),
        "tariff_group must be one of urban_gas, urban_electric, rural",
    ),
    "an unknown zone count": ("meters.csv", 3, M2.replace(",2,5,", ",4,5,"), "zones must be 1, 2 or 3"),
    "a meter of eight digits": ("meters.csv", 3, M2.replace(",2,5,", ",2,8,"), "digits must be from 4 to 7"),
    "an unknown state": (
        "meters.csv",
        3,
        M2.replace("working", "lost"),
        "state must be one of working, faulty, closed",
    ),
    "a day that is not": (
        "meters.csv",
        3,
        M2.replace("2021-06-02", "2021-02-30"),
        "a date that is not in the calendar",
    ),
    "a meter from the future": (
        "meters.csv",
        3,
        M2.replace("2021-06-02", "2026-11-21"),
        "the meter is installed after as_of",
    ),
    "a date in Russian order": (
        "meters.csv",
        3,
        M2.replace("2021-06-02", "02.06.2021"),
        "installed_on must be a date YYYY-MM-DD",
    ),
    "kopecks with a comma": (
        "balances.csv",
        3,
        f"{SECOND},-50.00,{BILL}",
        "opening_balance must be whole kopecks, below zero for an overpayment",
    ),
    "a bill below zero": (
        "balances.csv",
        3,
        f"{SECOND},-5000,2026-10,-1,2026-11-05T06:00:00Z,2026-11-15",
        "bill_amount must be whole kopecks, not below zero, or empty",
    ),
    "half a bill": (
        "balances.csv",
        3,
        f"{SECOND},-5000,2026-10,0,,2026-11-15",
        "a bill needs its period, amount, publication and due date",
    ),
    "a bill from the future": (
        "balances.csv",
        3,
        f"{SECOND},-5000,2026-10,0,2026-11-20T21:00:00Z,2026-12-15",
        "the bill is published after as_of",
    ),
    "a bill of a month not over": (
        "balances.csv",
        3,
        f"{SECOND},-5000,2026-11,0,2026-11-05T06:00:00Z,2026-11-15",
        "the bill's period is not over on as_of",
    ),
    "a bill due before it came": (
        "balances.csv",
        3,
        f"{SECOND},-5000,2026-10,0,2026-11-05T06:00:00Z,2026-11-04",
        "the bill is due before it is published",
    ),
    "a reading below zero": (
        "readings.csv",
        3,
        R2.replace("700", "-700"),
        "value must be whole kWh, not below zero",
    ),
    "a reading with a fraction": (
        "readings.csv",
        3,
        R2.replace("700", "700.5"),
        "value must be whole kWh, not below zero",
    ),
    "more digits than the meter": (
        "readings.csv",
        3,
        R2.replace("700", "100000"),
        "more digits than the meter has (5)",
    ),
    "a reading from the future": ("readings.csv", 3, R2.replace("10-21", "11-21"), "taken after as_of"),
    "a reading older than the meter": (
        "readings.csv",
        3,
        R2.replace("2026-10-21", "2020-10-21"),
        "taken before the meter was installed",
    ),
    "zones read on two days": (
        "readings.csv",
        3,
        R2.replace("10-21", "10-22"),
        "zones of one meter read on different days",
    ),
    "a zone the meter lacks": ("readings.csv", 3, R2.replace(",1,", ",3,"), "the meter has no zone 3"),
    "a reading of no meter": (
        "readings.csv",
        3,
        R2.replace(",222,", ",999,"),
        "the account has no such meter",
    ),
    "a zone twice": ("readings.csv", 4, R2, "the zone has an opening reading already"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_line_is_told_with_its_reason_and_only_its_account_is_rejected(
    case: str, tmp_path: Path
) -> None:
    file, line, text, reason = BAD[case]
    seen = outcome(write(tmp_path / "package", with_line(file, line, text)))
    assert (file, line, reason) in seen.faults
    assert seen.loaded == [FIRST, THIRD]
    for tables in seen.rows.values():
        assert all(SECOND not in row["account"] for rows in tables.values() for row in rows)


def test_a_meter_without_a_reading_for_each_zone_is_rejected(tmp_path: Path) -> None:
    files = three_accounts()
    del files["readings.csv"][2]
    seen = outcome(write(tmp_path / "package", files))
    assert seen.faults == [("meters.csv", 3, "a zone of the meter has no opening reading")]
    assert seen.loaded == [FIRST, THIRD]


def test_a_second_working_meter_is_rejected_and_a_closed_one_beside_a_working_one_is_not(
    tmp_path: Path,
) -> None:
    def two_meters(state: str) -> Files:
        files = three_accounts()
        files["meters.csv"].insert(0, f"{FIRST},110,СО-505,1,4,manual,{state},1999-05-01,".encode())
        files["readings.csv"].insert(0, f"{FIRST},110,1,9000,2020-05-01,control".encode())
        return files

    closed = outcome(write(tmp_path / "closed", two_meters("closed")))
    assert closed.faults == []
    assert [row["state"] for row in closed.rows["readings"]["meters"]] == ["closed", "working", "working"]
    second = outcome(write(tmp_path / "second", two_meters("working")))
    assert second.faults == [("meters.csv", 3, "the account has a working meter already")]


@pytest.mark.parametrize("file", ["accounts.csv", "balances.csv"])
def test_an_account_twice_is_rejected_whole(file: str, tmp_path: Path) -> None:
    files = three_accounts()
    files[file].insert(2, files[file][1])
    seen = outcome(write(tmp_path / "package", files))
    assert seen.faults == [(file, 4, "the account has a line already")]
    assert (seen.loaded, seen.rejected) == ([FIRST, THIRD], 1)


@pytest.mark.parametrize(("file", "place"), [("accounts.csv", 3), ("balances.csv", 3)])
def test_a_line_standing_too_late_rejects_its_account_though_it_was_passed(
    file: str, place: int, tmp_path: Path
) -> None:
    files = three_accounts()
    files[file].insert(place, files[file].pop(0))
    seen = outcome(write(tmp_path / "package", files))
    assert FIRST not in seen.loaded
    assert any(fault[:2] == (file, len(files[file]) + 1) for fault in seen.faults)
    assert seen.loaded[-1] == THIRD


def test_a_line_standing_too_early_does_not_take_the_rest_of_the_file_with_it(tmp_path: Path) -> None:
    files = three_accounts()
    files["accounts.csv"].insert(1, files["accounts.csv"][0].replace(FIRST.encode(), b"999999999"))
    seen = outcome(write(tmp_path / "package", files))
    assert seen.faults == [("accounts.csv", 3, "out of order, or the account twice")]
    assert (seen.loaded, seen.rejected) == ([FIRST, SECOND, THIRD], 1)


@pytest.mark.parametrize("account", ["180000000", "180000009"])
@pytest.mark.parametrize("file", ["meters.csv", "balances.csv", "readings.csv"])
def test_lines_of_an_unknown_account_are_rejected(file: str, account: str, tmp_path: Path) -> None:
    files = three_accounts()
    stray = files[file][0].replace(FIRST.encode(), account.encode())
    files[file].insert(0 if account < FIRST else len(files[file]), stray)
    seen = outcome(write(tmp_path / "package", files))
    assert [fault[0::2] for fault in seen.faults] == [(file, "the account is not in accounts.csv")]
    assert (seen.loaded, seen.rejected) == ([FIRST, SECOND, THIRD], 1)


def test_every_fault_of_an_account_is_told(tmp_path: Path) -> None:
    files = with_line("accounts.csv", 3, A2.replace("248000", "2480").replace(",3,", ",many,"))
    files["readings.csv"][1] = R2.replace("700", "-1").encode()
    seen = outcome(write(tmp_path / "package", files))
    assert [fault[:2] for fault in seen.faults] == [
        ("accounts.csv", 3),
        ("accounts.csv", 3),
        ("readings.csv", 3),
    ]
    assert seen.rejected == 1


def test_an_account_that_came_with_another_package_is_rejected(tmp_path: Path) -> None:
    package = write(tmp_path / "package", three_accounts())
    seen = outcome(package, existing=["170000000", SECOND, "180000007"])
    assert seen.faults == [("accounts.csv", 3, "the account came with another package before")]
    assert seen.loaded == [FIRST, THIRD]
