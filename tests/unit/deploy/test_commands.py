"""The command line's own words."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli import app
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
