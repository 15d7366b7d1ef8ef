"""The client as an app on a phone: it installs, opens without a network, weighs little, and is renewed when asked."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import pytest
import uvicorn
from playwright.sync_api import Browser, Page

from deploy.client.build import DIST
from deploy.demo.visitor import eventually
from tests.screens.cast import Cast
from tests.screens.weight import SCRIPT_GZ_BYTES, TRANSFER_BYTES, weight
from tests.support.client import CHROMIUM, FLAGS, PLAIN, Client
from tests.support.gateway import application

_TAKEN_OVER = "navigator.serviceWorker.ready.then(() => !!navigator.serviceWorker.controller)"


def test_it_can_be_installed_with_its_two_shortcuts(browser: Browser, site: str, tmp_path: Path) -> None:
    # A profile on disk: private windows install nothing.
    context = browser.browser_type.launch_persistent_context(tmp_path, executable_path=CHROMIUM, args=FLAGS)
    page = context.new_page()
    page.goto(site)
    cdp = context.new_cdp_session(page)
    manifest = cdp.send("Page.getAppManifest")
    errors = cdp.send("Page.getInstallabilityErrors")["installabilityErrors"]
    shortcuts = page.request.get(f"{site}/manifest.webmanifest").json()["shortcuts"]
    context.close()
    assert (manifest["errors"], errors) == ([], [])
    assert {shortcut["name"]: shortcut["url"] for shortcut in shortcuts} == {
        "Передать показания": "/readings",
        "Оплатить": "/pay",
    }


def test_it_opens_without_a_network(client: Client, signed_in: Callable[..., Page], cast: Cast) -> None:
    client.expect("Failed to load resource: net::ERR_INTERNET_DISCONNECTED")
    family = cast["family"]
    page = signed_in(family)
    page.locator("main h1").wait_for()
    heading = page.locator("main h1").inner_text()
    page.wait_for_function(_TAKEN_OVER)
    page.context.set_offline(True)
    page.reload()
    page.get_by_text(f"{family.account[:3]}\u00a0{family.account[3:6]}").first.wait_for()
    assert page.locator("main h1").inner_text() == heading
    page.goto("/readings")
    page.locator("main h1").wait_for()


@pytest.mark.parametrize("address", SCRIPT_GZ_BYTES)
def test_a_first_screen_weighs_little(client: Client, cast: Cast, address: str) -> None:
    session = None if address == "/login" else client.sign_in(cast["family"])
    page = client.page(PLAIN, session, service_workers="block")
    told = weight(page, address, DIST)
    assert 0 < told["script_gz"] <= SCRIPT_GZ_BYTES[address]
    assert told["transfer"] <= TRANSFER_BYTES


def test_a_newer_version_is_offered_and_taken_only_when_asked(
    client: Client, gateway: str, files: Path
) -> None:
    page = client.page()
    page.goto(f"{gateway}/login")
    page.wait_for_function(_TAKEN_OVER)
    page.locator("main input").first.fill("180111111")
    _publish(files)
    page.evaluate("navigator.serviceWorker.getRegistration().then(known => known.update())")
    page.get_by_text("Вышло обновление").wait_for()
    assert page.locator("main input").first.input_value() == "180111111", "a half-filled form stays"
    page.reload()
    assert page.locator("meta[name=second]").count() == 0, "nobody has asked for it yet"
    page.get_by_role("button", name="Обновить").click()
    page.locator("meta[name=second]").wait_for(state="attached")
    page.locator("main input").first.wait_for()
    assert page.get_by_text("Вышло обновление").count() == 0


@pytest.fixture
def files(site: str, tmp_path: Path) -> Path:
    """A copy of the build, to be renewed."""
    folder = tmp_path / "dist"
    shutil.copytree(DIST, folder)
    return folder


@pytest.fixture
def gateway(files: Path) -> Iterator[str]:
    """A gateway with these files, and nothing behind it."""
    config = uvicorn.Config(
        application(client_files=files), port=0, lifespan="off", ws="none", log_config=None
    )
    server = uvicorn.Server(config)
    thread = Thread(target=server.run)
    thread.start()
    eventually(lambda: server.started, "the gateway listens", every=0.02)
    yield f"http://localhost:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


def _publish(files: Path) -> None:
    """The next build: another page, and a worker that keeps that one."""
    for packed in (*files.glob("index.html.*"), *files.glob("sw.js.*")):
        packed.unlink()
    worker, page = files / "sw.js", files / "index.html"
    renewed, count = re.subn(r'("?revision"?: ?)"[0-9a-f]{16}"', r'\1"second"', worker.read_text())
    assert count == 1
    worker.write_text(renewed)
    page.write_text(page.read_text().replace("<head>", '<head><meta name="second">'))
