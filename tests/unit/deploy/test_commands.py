"""The command line's own words."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy import cli
from deploy.cli import app
from deploy.commands.tests import only_unit_tests
from deploy.demo.customer import DEMO_SEED, households_of
from deploy.demo.registry import run
from deploy.local.places import ROOT

COMMANDS = ("up", "down", "status", "logs", "demo", "test", "import", "demo-registry", "lint")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    result = CliRunner().invoke(app, [command, "--help"])
    assert result.exit_code == 0
    assert len(result.output.splitlines()) > 5


def test_a_known_error_is_told_without_a_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deploy.cli", "demo", "--gateway", "http://127.0.0.1:1"],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr == "svet: Give --gateway and --mailbox together, or neither.\n"


def test_somebody_elses_checkout_is_told_of_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied", "theirs/.svet/passwords.json")

    monkeypatch.setattr(cli, "app", refuse)
    monkeypatch.delenv("SVET_CALLED_FROM", raising=False)
    with pytest.raises(SystemExit, match=r"theirs/\.svet/passwords\.json\. If this checkout was made"):
        cli.main()


def test_paths_are_those_of_the_folder_the_command_is_called_in(tmp_path: Path) -> None:
    asked = ["demo-registry", "--accounts", "3", "--seed", "1", "--as-of", "2026-11-01", "--out", "package"]
    done = subprocess.run(
        [sys.executable, "-m", "deploy.cli", *asked],
        cwd=ROOT,
        env=os.environ | {"SVET_CALLED_FROM": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "package" / "manifest.json").exists()


def test_a_demo_that_reaches_nobody_says_whom_it_asked() -> None:
    asked = ["demo", "--gateway", "http://127.0.0.1:1", "--mailbox", "http://127.0.0.1:1"]
    done = subprocess.run(
        [sys.executable, "-m", "deploy.cli", *asked],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "http://127.0.0.1:1/api/v1/documents/personal_data" in done.stdout
    assert "Is Svet running there?" in done.stdout


def test_the_demo_knows_the_households_of_a_registry_of_any_day_and_size(tmp_path: Path) -> None:
    run(accounts=7, seed=DEMO_SEED, as_of=date(2026, 9, 1), out=tmp_path)
    written = (tmp_path / "accounts.csv").read_text().splitlines()[1:]
    assert [home.account for home in households_of(tmp_path)] == [line.split(",")[0] for line in written]


@pytest.mark.parametrize(
    ("arguments", "alone"),
    [
        (["tests/unit", "-q"], True),
        (["tests/unit/deploy/test_commands.py::test_x", "-k", "lock"], True),
        (["tests/unit", "tests/e2e"], False),
        (["-k", "lock"], False),
        ([], False),
    ],
)
def test_unit_tests_alone_need_no_servers_installed(arguments: list[str], alone: bool) -> None:
    assert only_unit_tests(arguments) is alone


def test_the_lock_names_no_registry_and_no_machine() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock
    assert "--index" not in lock
    assert "--find-links" not in lock
    annotations = [line for line in lock.splitlines() if "# via" in line]
    assert not [line for line in annotations if "/" in line]


def test_every_pinned_library_has_its_hashes() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    pins = [line for line in lock.splitlines() if "==" in line and not line.lstrip().startswith("#")]
    assert pins
    assert all(line.endswith("\\") for line in pins)


def test_what_ci_runs_is_the_readmes_command() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "exec ./svet test" in Path(script).read_text()
