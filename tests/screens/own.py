"""A system with people in it and a browser: for measurements and pictures."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Playwright, sync_playwright

from deploy.client.build import build
from deploy.demo.visitor import Mailbox
from deploy.local.packages import find_browser
from tests.screens.cast import Cast
from tests.screens.stage import Stage
from tests.support.client import FLAGS, Client
from tests.support.loaded import CHEAP_HASHES, loaded_households, loaded_system


@contextmanager
def own_stage() -> Iterator[tuple[Playwright, Stage]]:
    build()
    with (
        tempfile.TemporaryDirectory() as folder,
        loaded_system(Path(folder) / "package", CHEAP_HASHES) as system,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=find_browser(), args=FLAGS) as browser,
        Client(browser, f"http://localhost:{system.ports['gateway']}") as client,
    ):
        yield playwright, Stage(client, Cast(system, Mailbox(system.urls.mailbox), loaded_households()))
        client.complaints.clear()
