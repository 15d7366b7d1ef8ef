"""How a state is brought about: answers changed on their way, things kept on the device, what is pressed."""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from playwright.sync_api import Error, Page, Route

from tests.screens.screen import Act

_API: Final = "**/api/v1"
_PROBLEM: Final = {
    "type": "about:blank",
    "fields": [],
    "details": {},
    "reference": "01K9ZK3V7Q8Y2M4N6P8R0T2W4X",
}


def all_of(*acts: Act) -> Act:
    """One after the other."""

    def act(page: Page) -> None:
        for each in acts:
            each(page)

    return act


def telling(address: str, change: Callable[[dict[str, Any]], object]) -> Act:
    """The API's own answer at an address (a glob, under `/api/v1`), changed."""

    def answer(route: Route) -> None:
        with suppress(Error):  # the page that asked is gone
            response = route.fetch()
            body = response.json()
            change(body)
            route.fulfill(response=response, json=body)

    return lambda page: page.context.route(_API + address, answer)


def answering(address: str, status: int = 200, **body: Any) -> Act:
    """An answer that the API would give; a refusal names its `code` and `title`."""
    told = body if status < 400 else _PROBLEM | {"status": status} | body
    return lambda page: page.context.route(
        _API + address, lambda route: route.fulfill(status=status, json=told)
    )


def unanswered(address: str) -> Act:
    """Awaited for as long as anybody looks."""
    return lambda page: page.context.route(_API + address, lambda route: None)


def kept(storage: str, key: str, value: dict[str, Any]) -> Act:
    """Kept by the browser (`localStorage`, `sessionStorage`) before the page opens."""
    return lambda page: page.add_init_script(
        f"{storage}.setItem({json.dumps(key)}, {json.dumps(json.dumps(value))})"
    )


def scripted(script: str) -> Act:
    """The browser itself made to differ."""
    return lambda page: page.add_init_script(script)


def gone_to(address: str, seen: str) -> Act:
    """Another page, which may never be whole: looked at once `seen` (a selector) is there."""

    def act(page: Page) -> None:
        page.goto(address)
        page.locator(seen).first.wait_for()

    return act


def pressed(*names: str, seen: str = "") -> Act:
    """Buttons, links and what folds, one after the other, by what is written on them (a pattern)."""

    def act(page: Page) -> None:
        for name in names:
            page.locator("main").locator("button, a, summary").filter(has_text=re.compile(name)).first.click()
        if seen:
            page.get_by_text(seen).first.wait_for()

    return act


def filled(**values: str) -> Act:
    """Fields by their names; a dot is written as two underscores."""

    def act(page: Page) -> None:
        for name, value in values.items():
            field = page.locator(f"[name='{name.replace('__', '.')}']")
            field.fill(value)
            field.blur()

    return act


def read(more: int) -> Act:
    """Every window of the meter filled with so many kWh over what was there before."""

    def act(page: Page) -> None:
        before = [int(text) for text in page.locator(".drum .hint .numbers").all_inner_texts()]
        for at, value in enumerate(before):
            page.locator(f"[name='values.{at}']").fill(str(max(0, value + more)))

    return act


def waited(text: str) -> Act:
    return lambda page: page.get_by_text(text).first.wait_for()


def offline(page: Page) -> None:
    """The network goes, once the client's files are kept."""
    page.wait_for_function("() => navigator.serviceWorker.controller")
    page.context.set_offline(True)
    page.get_by_text("Нет связи с интернетом").first.wait_for()
