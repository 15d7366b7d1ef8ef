"""A folder of tariffs is read whole, and every bad line is told."""

import re
import shutil
from pathlib import Path

import pytest

from deploy.tariffs import KALUGA
from services.billing.dated_files import GROUPS, BadFiles
from services.billing.domain.tariffs import ZONES
from services.billing.tariff_files import read


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(KALUGA, tmp_path / "tariffs"))


def test_kaluga_has_a_price_for_everybody() -> None:
    rows = read(KALUGA)["prices"]
    first = {
        (r["tariff_group"], r["form"], r["zone"], r["range"]) for r in rows if str(r["valid_from"]) < "2025"
    }
    assert first == {
        (group, form, zone, range_)
        for group in GROUPS
        for form, zones in ZONES.items()
        for zone in zones
        for range_ in (1, 2, 3)
    }


def test_acts_are_russian_words_for_customers_and_say_of_every_invented_number_that_it_is() -> None:
    rows = [row for file in read(KALUGA).values() for row in file]
    assert [row["act"] for row in rows if re.search("[a-zA-Z]", row["act"])] == []
    assert [row for row in rows if row["demo"] != row["act"].startswith("условн")] == []


@pytest.mark.parametrize(
    ("file", "line", "fault"),
    [
        ("prices", "urban_gas,1,single,1,2027-01-01,dear,act,no", "prices.csv:218: rub: 'dear' is no number"),
        (
            "prices",
            "urban_gas,1,single,1,2027-01-01,-1,act,no",
            "prices.csv:218: rub: '-1' is no number of ours",
        ),
        ("prices", "urban_gas,1,single,1,2027-13-01,1,act,no", "prices.csv:218: valid_from:"),
        (
            "prices",
            "towns,1,single,1,2027-01-01,1,act,no",
            "prices.csv:218: tariff_group: 'towns' is no group",
        ),
        ("prices", "urban_gas,1,noon,1,2027-01-01,1,act,no", "prices.csv:218: zone: 'noon' is no zone"),
        ("prices", "urban_gas,1,single,1,2027-01-01,1,,no", "prices.csv:218: act: name the act or source"),
        (
            "prices",
            "urban_gas,1,single,1,2027-01-01,1,act,maybe",
            "prices.csv:218: demo: it is `yes` or `no`",
        ),
        ("thresholds", "rural,2027-01-01,6000 3900,act,no", "thresholds.csv:8: upper: thresholds grow"),
        ("rates", "fee,2027-01-01,1,act,no", "rates.csv:9: kind: 'fee' is no rate"),
    ],
)
def test_a_bad_line_is_told_by_its_number(folder: Path, file: str, line: str, fault: str) -> None:
    with (folder / f"{file}.csv").open("a") as opened:
        opened.write(line + "\n")
    with pytest.raises(BadFiles) as refused:
        read(folder)
    assert str(refused.value).startswith(fault)


def test_a_missing_file_and_a_wrong_header_are_told_at_once(folder: Path) -> None:
    (folder / "norms.csv").unlink()
    (folder / "rates.csv").write_text("kind,percent\n")
    with pytest.raises(BadFiles) as refused:
        read(folder)
    assert "norms.csv: No such file or directory" in str(refused.value)
    assert "rates.csv:1: the columns are kind,valid_from,percent,act,demo" in str(refused.value)
