"""The client: every screen in every look against axe and a narrow phone; Lighthouse; what a first screen weighs."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final

from playwright.sync_api import Error, Page, Playwright

from deploy.client.build import DIST, npm
from deploy.local.packages import find_browser
from deploy.local.ports import choose_ports
from tests.screens.axe import violations
from tests.screens.every import screens
from tests.screens.own import own_stage
from tests.screens.screen import Screen
from tests.screens.stage import Stage, broken_words, sideways
from tests.screens.weight import SCRIPT_GZ_BYTES, TRANSFER_BYTES, weight
from tests.support.client import FLAGS, NARROW, PHONE, PLAIN, Client, Look

LIGHTHOUSE: Final = Path(__file__).parent / "lighthouse"
LOOKS: Final = {
    "light": Look(),
    "dark": Look(theme="dark"),
    "high contrast": Look(contrast="high"),
    "high contrast, dark": Look(theme="dark", contrast="high"),
}
MEASURED: Final = {"sign-in": "/login", "home": "/", "pay": "/pay", "history": "/history"}
"""What Lighthouse sees: the first signed out, the others in the family's cabinet."""
ROUNDS: Final = 3
LEAST: Final = {"performance": 0.95, "accessibility": 1.0, "best-practices": 1.0}


def run() -> dict[str, Any]:
    """`passed` when nothing is found, every score is reached and the first screens are light."""
    with own_stage() as (playwright, stage):
        faults = [fault for screen in screens() for fault in _faults(stage, screen)]
        weights = {name: _weight(stage, address) for name, address in MEASURED.items()}
        scores = _lighthouse(playwright, stage)
    light = all(
        told["script_gz"] <= SCRIPT_GZ_BYTES[MEASURED[name]] and told["transfer"] <= TRANSFER_BYTES
        for name, told in weights.items()
    )
    good = all(told[name] >= least for told in scores.values() for name, least in LEAST.items())
    return {
        "screens": len(screens()),
        "looks": len(LOOKS),
        "faults": len(faults),
        "fault": {str(number): fault for number, fault in enumerate(faults, 1)},
        "bytes": weights,
        "lighthouse": scores,
        "passed": not faults and light and good,
    }


def _faults(stage: Stage, screen: Screen) -> Iterator[str]:
    """What is wrong with a screen in any look."""
    for name, look in LOOKS.items():
        try:
            page = stage.show(screen, look)
            found = [*violations(page), *_too_wide(page), *stage.complaints(screen)]
        except Error as error:
            found = [error.message.splitlines()[0]]
            stage.client.complaints.clear()
        yield from (f"{screen.name}, {name}: {fault}" for fault in found)


def _too_wide(page: Page) -> Iterator[str]:
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    yield from (f"too wide at {NARROW[0]} px: {wider}" for wider in sideways(page))
    yield from (f"broken at {NARROW[0]} px: {word}" for word in broken_words(page))
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})


def _weight(stage: Stage, address: str) -> dict[str, int]:
    page = stage.client.page(PLAIN, _session(stage, address), service_workers="block")
    told = weight(page, address, DIST)
    page.context.close()
    return told


def _lighthouse(playwright: Playwright, stage: Stage) -> dict[str, dict[str, float]]:
    """Medians of its scores; nothing else of ours runs beside it."""
    npm("ci", "--no-progress", folder=LIGHTHOUSE)
    told: dict[str, dict[str, float]] = {}
    for name, address in MEASURED.items():
        with _profile(playwright, stage, address) as port:
            rounds = [_scores(f"{stage.client.site}{address}", port) for _ in range(ROUNDS)]
        told[name] = {category: median(scores[category] for scores in rounds) for category in LEAST}
    return told


@contextmanager
def _profile(playwright: Playwright, stage: Stage, address: str) -> Iterator[int]:
    """A browser of its own, signed in where the address needs it; gives the port of its debugger."""
    with tempfile.TemporaryDirectory() as profile:
        port = choose_ports(Path(profile) / "ports.json", ["debugger"])["debugger"]
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=find_browser(), args=[*FLAGS, f"--remote-debugging-port={port}"]
        )
        if session := _session(stage, address):
            context.add_cookies(session["cookies"])
            page = context.new_page()
            page.goto(f"{stage.client.site}/robots.txt")
            page.evaluate("at => localStorage.setItem('svet.expires', at)", session["expires"])
            page.close()
        yield port
        context.close()


def _scores(url: str, port: int) -> dict[str, float]:
    node = Path(sys.executable).parent / "node"
    command = [
        node,
        "node_modules/lighthouse/cli/index.js",
        url,
        f"--port={port}",
        "--output=json",
        "--quiet",
    ]
    command.append(f"--only-categories={','.join(LEAST)}")
    done = subprocess.run(command, cwd=LIGHTHOUSE, env=dict(os.environ), capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"Lighthouse could not look at {url}:\n{done.stderr[-2000:]}")
    categories = json.loads(done.stdout)["categories"]
    return {name: float(categories[name]["score"] or 0) for name in LEAST}


def _session(stage: Stage, address: str) -> dict[str, Any] | None:
    client: Client = stage.client
    return None if address == "/login" else client.sign_in(stage.cast["family"])
