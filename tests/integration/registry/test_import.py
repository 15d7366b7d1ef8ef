"""A registry package comes into both services whole, once, or not at all."""

import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from tenacity import retry, retry_if_result, stop_after_delay, wait_fixed

from deploy.registry.store import Store, StoreFailed
from tests.integration.registry.conftest import Package, Registry
from tests.unit.registry.packages import Files

NOBODY: dict[str, list[str]] = {"billing": [], "readings": []}
NOT_NOTED: dict[str, list[tuple[object, ...]]] = {"billing": [], "readings": []}


def everybody(package: Package) -> dict[str, list[str]]:
    accounts = [package.account(number) for number in (1, 2, 3)]
    return {"billing": accounts, "readings": accounts}


def a_letter_in_the_second_reading(files: Files) -> None:
    files["readings.csv"][1] = files["readings.csv"][1].replace(b",700,", b",7OO,")


def test_a_package_comes_into_both_services(registry: Registry, package: Package) -> None:
    assert registry.load(package.path).code == 0
    assert registry.accounts(package) == everybody(package)
    assert registry.noted(package) == {"billing": [(3, 0)], "readings": [(3, 0)]}
    debit = "coalesce(sum(amount) FILTER (WHERE debit = 'receivable'), 0)"
    credit = "coalesce(sum(amount) FILTER (WHERE credit = 'receivable'), 0)"
    balances = registry.rows(
        "billing",
        f"SELECT account, {debit} - {credit} FROM postings WHERE account LIKE %s GROUP BY account ORDER BY account",
        package.prefix + "%",
    )
    assert balances == [(package.account(1), 123456), (package.account(2), -5000)]
    readings = registry.rows(
        "readings",
        'SELECT r.account, r."values", m.serial FROM readings r JOIN meters m ON m.id = r.meter_id '
        "WHERE r.account LIKE %s AND r.source = 'opening' AND r.status = 'accepted' ORDER BY r.account",
        package.prefix + "%",
    )
    assert readings == [(package.account(1), [12345], "111"), (package.account(2), [700, 300], "222")]


def test_the_same_package_twice_changes_nothing(registry: Registry, package: Package) -> None:
    registry.load(package.path)
    again = registry.load(package.path)
    assert (again.code, "already loaded" in again.said) == (0, True)
    assert registry.accounts(package) == everybody(package)
    assert registry.noted(package) == {"billing": [(3, 0)], "readings": [(3, 0)]}


def test_the_same_package_with_other_content_is_refused(registry: Registry, package: Package) -> None:
    registry.load(package.path)
    other = package.spoil(lambda files: files["balances.csv"].pop(), package_id=package.id)
    refused = registry.load(other.path)
    assert (refused.code, "with other content" in refused.said) == (2, True)
    assert registry.noted(package) == {"billing": [(3, 0)], "readings": [(3, 0)]}


def test_a_cut_file_is_refused_before_any_write(registry: Registry, package: Package) -> None:
    cut = package.path / "readings.csv"
    cut.write_bytes(cut.read_bytes()[:-5])
    refused = registry.load(package.path)
    assert (refused.code, "readings.csv is not the file of the manifest" in refused.said) == (2, True)
    assert registry.accounts(package) == NOBODY


def test_a_bad_line_rejects_its_account_and_the_command_says_so_both_times(
    registry: Registry, package: Package
) -> None:
    spoilt = package.spoil(a_letter_in_the_second_reading)
    loaded = registry.load(spoilt.path)
    assert loaded.code == 1
    assert "readings.csv line 3" in loaded.said
    report = spoilt.path.with_name(spoilt.path.name + ".rejects.csv").read_text(encoding="utf-8").splitlines()
    assert report == [
        "account,file,line,reason",
        f'{package.account(2)},readings.csv,3,"value must be whole kWh, not below zero"',
        f"{package.account(2)},meters.csv,3,a zone of the meter has no opening reading",
    ]
    assert registry.accounts(package)["billing"] == [package.account(1), package.account(3)]
    assert registry.accounts(package)["readings"] == [package.account(1), package.account(3)]
    again = registry.load(spoilt.path)
    assert (again.code, "1 rejected then" in again.said) == (1, True)


def test_accounts_of_an_earlier_package_are_rejected(registry: Registry, package: Package) -> None:
    registry.load(package.spoil(lambda files: files["accounts.csv"].pop(0)).path)
    later = registry.load(package.path)
    assert later.code == 1
    assert later.said.count("came with another package before") == 2
    assert registry.accounts(package) == everybody(package)


def test_killed_in_the_middle_and_run_again_it_finishes(
    registry: Registry, package: Package, import_command: Callable[[Package], list[str]]
) -> None:
    with psycopg.connect(registry.urls["billing"]) as obstacle:
        obstacle.execute("LOCK TABLE bills IN SHARE MODE")
        running = subprocess.Popen(import_command(package), stdout=subprocess.DEVNULL)
        try:
            assert _stands_before_bills(registry)
        finally:
            running.kill()
            running.wait(10)
    assert registry.accounts(package) == NOBODY
    assert registry.noted(package) == NOT_NOTED
    assert registry.load(package.path).code == 0
    assert registry.accounts(package) == everybody(package)


def test_killed_between_the_services_and_run_again_it_ends_as_it_began(
    registry: Registry, package: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.load(package.spoil(_only_the_first).path)

    def commit(store: Store) -> None:
        if store.service == "readings":
            raise StoreFailed("readings: gone")
        committed(store)

    committed = Store.commit
    with monkeypatch.context() as patch:
        patch.setattr(Store, "commit", commit)
        half = registry.load(package.path)
    assert (half.code, "run the import again to finish" in half.said) == (2, True)
    assert registry.noted(package) == {"billing": [(2, 1)], "readings": []}
    assert registry.load(package.path).code == 1
    assert registry.noted(package) == {"billing": [(2, 1)], "readings": [(2, 1)]}
    assert registry.accounts(package) == everybody(package)


def test_two_imports_at_once_load_once(registry: Registry, package: Package) -> None:
    with ThreadPoolExecutor(2) as threads:
        both = threading.Barrier(2)

        def load() -> tuple[int, bool]:
            both.wait(10)
            ended = registry.load(package.path)
            return ended.code, "already loaded" in ended.said

        ended = sorted(future.result() for future in [threads.submit(load), threads.submit(load)])
    assert ended == [(0, False), (0, True)]
    assert registry.accounts(package) == everybody(package)


@pytest.mark.parametrize("service", ["billing", "readings"])
def test_a_database_that_is_away_is_named_and_nothing_is_written(
    registry: Registry, package: Package, service: str
) -> None:
    refused = registry.load(package.path, **{service: "postgresql://nobody@127.0.0.1:1/nothing"})
    assert refused.code == 2
    assert f"{service}: the database is not there or went away" in refused.said
    assert registry.accounts(package) == NOBODY


def test_a_database_without_its_tables_is_named_and_nothing_is_written(
    registry: Registry, package: Package
) -> None:
    url = registry.urls["readings"]
    elsewhere = url + ("&" if "?" in url else "?") + "options=-csearch_path%3Dnowhere"
    refused = registry.load(package.path, readings=elsewhere)
    assert (refused.code, "migrations have not been run" in refused.said) == (2, True)
    assert registry.accounts(package) == NOBODY


def _only_the_first(files: Files) -> None:
    for lines in files.values():
        del lines[1:]


@retry(retry=retry_if_result(lambda seen: not seen), stop=stop_after_delay(30), wait=wait_fixed(0.05))
def _stands_before_bills(registry: Registry) -> bool:
    query = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'bills'::regclass"
    return bool(registry.rows("billing", query))
