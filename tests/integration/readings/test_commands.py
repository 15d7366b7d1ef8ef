"""`./svet feed` and `./svet meter` as staff run them."""

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from deploy.local.places import ROOT
from deploy.local.system import LocalSystem
from services.common.clock import moscow_date, real_now
from tests.support.metered import Metered

Make = Callable[..., Metered]
Svet = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def svet(system: LocalSystem) -> Svet:
    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "deploy.cli", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=system.variables(), capture_output=True, text=True, timeout=60
        )

    return run


def test_a_feed_with_a_bad_line_loads_the_rest_and_fails(metered: Make, svet: Svet, tmp_path: Path) -> None:
    home = metered(1000, kind="automatic")
    query = "UPDATE meters SET serial = 'S-1' WHERE id = %s"
    home.database.execute(query, (home.meter_id,))
    file = tmp_path / "hours.csv"
    file.write_text(
        "account,serial,start,wh\n"
        f"{home.account},S-1,2026-10-05T00:00:00+03:00,120\n"
        f"{home.account},S-2,2026-10-05T00:00:00+03:00,120\n"
    )
    done = svet("feed", "load", str(file))
    assert done.returncode == 1
    assert f"line 3: account {home.account} has no automatic meter S-2" in done.stdout
    assert "2 lines: 1 days new or changed, 1 lines left out." in done.stdout


def test_a_meter_is_replaced_by_a_command(metered: Make, svet: Svet) -> None:
    home, on = metered(1000), moscow_date(real_now()) - timedelta(days=1)
    command = ["meter", "replace", home.account, "--on", str(on), "--serial", "B-7", "--model", "Нева 103"]
    refused = svet(*command, "--initial", "3", "--final", "900")
    assert "Nothing was changed: the old meter showed more before" in refused.stderr
    done = svet(*command, "--initial", "3", "--final", "1100")
    assert done.returncode == 0, done.stderr
    state = home.state()
    assert state.meter is not None
    assert (state.meter.serial, state.meter.previous) == ("B-7", [3])
