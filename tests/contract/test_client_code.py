"""The client's own checks, and its packages: types and accessibility without a warning, unit tests, clean locks."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.client.build import WEB
from deploy.local.places import ROOT

LOCKS = [WEB / "package-lock.json", ROOT / "tests" / "bench" / "lighthouse" / "package-lock.json"]


@pytest.mark.parametrize("script", ["check", "test"])
def test_the_clients_own_checks_pass(script: str) -> None:
    here = Path(sys.executable).parent
    environment = os.environ | {"PATH": f"{here}{os.pathsep}{os.environ['PATH']}", "CI": "1", "NO_COLOR": "1"}
    done = subprocess.run(
        [here / "npm", "run", "--silent", script], cwd=WEB, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.parent.name)
def test_a_lock_pins_by_digest_and_names_no_address(lock: Path) -> None:
    packages = json.loads(lock.read_text())["packages"]
    pinned = [package for name, package in packages.items() if name]
    assert pinned
    assert all("integrity" in package and "resolved" not in package for package in pinned)
