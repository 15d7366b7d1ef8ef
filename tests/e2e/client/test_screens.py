"""Every route of the client in its usual state: accessible, fitting the narrowest phone, silent in the console."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.screens.axe import violations
from tests.screens.cast import Cast
from tests.screens.every import usual
from tests.screens.screen import Screen, routes
from tests.screens.stage import Stage, broken_words, sideways
from tests.support.client import NARROW, Client


@pytest.fixture(scope="module")
def stage(browser: Browser, site: str, cast: Cast) -> Iterator[Stage]:
    with Client(browser, site) as client:
        yield Stage(client, cast)


def test_every_route_has_a_screen() -> None:
    assert sorted({screen.route for screen in usual()}) == sorted(routes())


@pytest.mark.parametrize("screen", usual(), ids=lambda screen: screen.name)
def test_a_screen_is_sound(stage: Stage, screen: Screen) -> None:
    page = stage.show(screen)
    assert violations(page) == []
    assert broken_words(page) == []
    whole = page.viewport_size
    assert whole
    # Text at 200 % of what the browser has, on a phone: everything is still reached by scrolling down only.
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert sideways(page) == [], "text of 200 %"
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    assert sideways(page) == [], "320 px"
    assert broken_words(page) == [], "320 px"
    page.set_viewport_size(whole)
    assert stage.complaints(screen) == []
