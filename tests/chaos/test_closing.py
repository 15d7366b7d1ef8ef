"""Workers die by kill -9 while a month closes: what is resumed comes to the very rows of an undisturbed run."""

import json
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.demo.visitor import eventually
from deploy.local.places import ROOT
from services.common.money import roubles
from tests.chaos.month import ACCOUNTS, BAD, BATCHES, CLOSERS, Month, Rows, month

CRASH_POINTS = [
    "closing_while_asking",
    "closing_after_asking",
    "relay_before_publish",
    "relay_after_publish",
    "readings_after_freezing",
    "closing_before_writing",
    "closing_after_writing",
    "inbox_before_commit",
    "inbox_after_commit",
    "inbox_before_ack",
    "closing_while_finishing",
]


@pytest.fixture(scope="module")
def crash_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("crash") / "point"


@pytest.fixture(scope="module")
def kept(crash_file: Path) -> Iterator[Month]:
    with month(crash_file) as running:
        yield running


@pytest.fixture(scope="module")
def undisturbed(kept: Month) -> Rows:
    """All rows after a run that nothing disturbed."""
    kept.begin()
    return kept.finished()


@pytest.fixture
def closing(kept: Month, undisturbed: Rows, crash_file: Path) -> Iterator[Month]:
    """The town as it was before the month was closed."""
    kept.undo()
    yield kept
    crash_file.unlink(missing_ok=True)


def told(rows: Rows, table: str) -> list[dict[str, Any]]:
    return [json.loads(row) for row in rows[table]]


def test_bad_data_stop_their_account_with_a_listed_reason_and_never_the_run(undisturbed: Rows) -> None:
    listed = {row["account"]: row["reason"] for row in told(undisturbed, "billing.closing_problems")}
    assert listed == BAD
    bills = [row for row in told(undisturbed, "billing.bills") if row["period"] == "2026-10-01"]
    assert len(bills) == ACCOUNTS - len(BAD)
    assert not {row["account"] for row in bills} & set(BAD)
    charges = {row["id"] for row in told(undisturbed, "billing.charges") if row["period"] == "2026-10-01"}
    posted = [row for row in told(undisturbed, "billing.postings") if row["source"][7:] in charges]
    assert {row["account"] for row in posted} == {row["account"] for row in bills}


def test_the_run_has_every_kind_of_charge(undisturbed: Rows) -> None:
    kinds = {row["kind"] for row in told(undisturbed, "billing.charge_lines")}
    assert kinds == {"charge", "reversal", "correction"}
    ways = {row["way"] for row in told(undisturbed, "billing.charges") if row["period"] == "2026-10-01"}
    assert ways == {"meter", "average", "norm"}
    assert undisturbed["billing.penalty_lines"]
    assert undisturbed["readings.estimates"]


@pytest.mark.parametrize("point", CRASH_POINTS)
def test_a_worker_that_dies_at_a_named_point_changes_nothing(
    point: str, closing: Month, undisturbed: Rows, crash_file: Path
) -> None:
    crash_file.write_text(point)
    closing.begin()
    assert closing.finished() == undisturbed
    assert not crash_file.exists(), "the point was never reached, so nothing was shown"


def test_a_command_that_dies_while_it_freezes_the_accounts_is_simply_repeated(
    closing: Month, undisturbed: Rows, crash_file: Path
) -> None:
    crash_file.write_text("closing_while_freezing")
    assert closing.begin_in_a_process() == -9
    assert closing.begin_in_a_process() == 0
    assert closing.finished() == undisturbed


@pytest.mark.parametrize("seed", range(5))
def test_workers_killed_in_the_middle_go_on_where_they_were(
    seed: int, closing: Month, undisturbed: Rows
) -> None:
    chance = random.Random(seed)
    victims = chance.sample(CLOSERS, chance.randint(1, len(CLOSERS)))
    moment = chance.randint(1, BATCHES * 2 // 3)
    closing.system.wait_ready(90, CLOSERS)
    closing.begin()
    eventually(lambda: closing.done() >= moment, f"{moment} batches are done", timeout=120, every=0.01)
    for victim in victims:
        closing.system.kill(victim)
    assert 0 < closing.done() < BATCHES, "the run was over, so nothing was shown"
    assert closing.finished() == undisturbed


def test_the_same_command_charges_the_accounts_whose_data_were_put_right(
    closing: Month, undisturbed: Rows
) -> None:
    closing.begin()
    closing.finished()
    closing.put_right()
    closing.begin()
    rows = closing.finished()
    left = {row["account"]: row["reason"] for row in told(rows, "billing.closing_problems")}
    right = {account for account, reason in BAD.items() if reason not in left.values()}
    assert {BAD[account] for account in right} == {"two_open_meters", "reading_of_the_future"}
    billed = {row["account"] for row in told(rows, "billing.bills") if row["period"] == "2026-10-01"}
    before = {row["account"] for row in told(undisturbed, "billing.bills") if row["period"] == "2026-10-01"}
    assert billed == before | right
    closing.begin()
    # Those that are left were tried once more, which only a further batch tells.
    assert but(closing.finished(), "billing.closing_batches") == but(rows, "billing.closing_batches")


def svet(closing: Month, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "deploy.cli", *arguments]
    environment = closing.system.variables()
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)


def but(rows: Rows, *tables: str) -> Rows:
    return {table: of_table for table, of_table in rows.items() if table not in tables}


def test_a_dry_run_tells_what_the_run_then_does_and_leaves_no_trace(
    closing: Month, undisturbed: Rows
) -> None:
    progress = ("billing.closings", "billing.closing_batches", "billing.closing_problems")
    before = closing.rows()
    dry = svet(closing, "close-month", "2026-10", "--dry-run")
    assert but(closing.rows(), *progress) == but(before, *progress)
    done = svet(closing, "close-month", "2026-10")
    assert closing.finished()
    # One large batch instead of many small ones: the same rows but for those that tell of batches.
    assert but(closing.rows(), *progress) == but(undisturbed, *progress)
    charged = [row for row in told(undisturbed, "billing.charges") if row["period"] == "2026-10-01"]
    for said in (dry, done):
        assert said.returncode == 1
        lines = dict(re.findall(r"^ (\S.*?)  +(\S.*?) *$", said.stdout, re.MULTILINE))
        assert lines["accounts charged"] == str(len(charged))
        for name in ("charged", "recalculated", "penalty"):
            assert lines[name] == roubles(sum(row[name] for row in charged))
        assert all(f"{account}: {reason}" in said.stdout for account, reason in BAD.items())


def test_missing_prices_refuse_the_closing_and_tell_whom_they_concern(closing: Month) -> None:
    before = closing.rows()
    closing.forget_prices("rural")
    refused = svet(closing, "close-month", "2026-10")
    assert refused.returncode == 1
    assert "no price of rural, form 1, single, range 1 for 2026-10 (40 accounts)" in refused.stderr
    assert but(closing.rows(), "billing.prices") == but(before, "billing.prices")
