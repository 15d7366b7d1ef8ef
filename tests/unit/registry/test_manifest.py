"""A package that is not what its manifest says is refused before anything is read from it."""

import hashlib
import json
from pathlib import Path

import pytest

from deploy.registry import verify as verifying
from deploy.registry.format import MANIFEST
from deploy.registry.manifest import Refused, read
from deploy.registry.verify import verify
from tests.unit.registry.packages import INN, three_accounts, write


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return write(tmp_path / "package", three_accounts())


def change(package: Path, file: str, **values: object) -> None:
    told = json.loads((package / MANIFEST).read_text())
    part = next(part for part in told["files"] if part["name"] == file)
    part.update(values)
    (package / MANIFEST).write_text(json.dumps(told))


def test_a_whole_package_is_taken(package: Path) -> None:
    assert verify(package, INN).faults == ()


def test_a_cut_file_is_refused(package: Path) -> None:
    cut = package / "readings.csv"
    cut.write_bytes(cut.read_bytes()[:-10])
    with pytest.raises(Refused, match=r"readings\.csv is not the file of the manifest: sha256"):
        verify(package, INN)


def test_another_number_of_rows_is_refused(package: Path) -> None:
    change(package, "meters.csv", rows=3)
    with pytest.raises(Refused, match=r"meters\.csv has 2 rows, the manifest says 3"):
        verify(package, INN)


@pytest.mark.parametrize(
    ("file", "sums"),
    [("balances.csv", {"opening_balance": 118456, "bill_amount": 1}), ("readings.csv", {"value": 13346})],
)
def test_other_control_sums_are_refused(package: Path, file: str, sums: dict[str, int]) -> None:
    change(package, file, sums=sums)
    with pytest.raises(Refused, match="has control sums"):
        verify(package, INN)


def test_a_missing_file_is_refused(package: Path) -> None:
    (package / "balances.csv").unlink()
    with pytest.raises(Refused, match=r"missing from the package: balances\.csv"):
        verify(package, INN)


def test_a_file_the_manifest_does_not_know_is_refused(package: Path) -> None:
    (package / "meters (copy).csv").touch()
    with pytest.raises(Refused, match=r"not told of in manifest\.json: meters \(copy\)\.csv"):
        verify(package, INN)


def test_another_header_is_refused(tmp_path: Path) -> None:
    package = write(tmp_path / "package", three_accounts())
    file = package / "meters.csv"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    change(package, "meters.csv", sha256=hashlib.sha256(file.read_bytes()).hexdigest())
    with pytest.raises(Refused, match=r"meters\.csv begins with"):
        verify(package, INN)


@pytest.mark.parametrize(
    "changes",
    [
        {"format": 2},
        {"package": "1"},
        {"as_of": "yesterday"},
        {"files": []},
        {"colour": "red"},
        {"retailer_inn": "1"},
    ],
)
def test_a_manifest_of_another_form_is_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    package = write(tmp_path / "package", three_accounts(), **changes)
    with pytest.raises(Refused, match=r"^manifest\.json"):
        verify(package, INN)


def test_another_retailers_package_is_refused(package: Path) -> None:
    with pytest.raises(Refused, match="INN 4029030252, not 7707083893"):
        verify(package, "7707083893")


@pytest.mark.parametrize("missing", ["package", "manifest"])
def test_nothing_there_is_refused(package: Path, missing: str) -> None:
    (package / MANIFEST).unlink()
    with pytest.raises(Refused):
        verify(package / missing if missing == "package" else package, INN)


def test_a_file_that_is_not_sorted_at_all_is_refused(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = three_accounts()
    files["accounts.csv"].reverse()
    monkeypatch.setattr(verifying, "MISPLACED_AT_MOST", 0)
    with pytest.raises(Refused, match=r"accounts\.csv is not sorted by account \(from line \d on\)"):
        verify(write(package, files), INN)


def test_the_digest_tells_one_content_from_another(package: Path) -> None:
    before = read(package, INN).digest
    assert read(package, INN).digest == before
    change(package, "readings.csv", sums={"value": 1})
    assert read(package, INN).digest != before
