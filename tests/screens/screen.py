"""A screen: an address of the client in one state, and how to bring that state about."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Page, Route

from deploy.client.build import WEB
from tests.screens.cast import Who

Act = Callable[[Page], None]
USUAL: Final = "usual"
FAILED: Final = "failed"
REFUSED: Final = "Failed to load resource: the server responded with a status of "
_ROUTE: Final = re.compile(r"^  '(/[^']*|\*)': ", re.MULTILINE)
_PROBLEM: Final = (
    '{"type": "urn:svet:problem:unavailable", "code": "unavailable", "status": 503, "fields": [], "details": {},'
    ' "title": "Сервис временно недоступен. Попробуйте через минуту.", "reference": "01K9ZK3V7Q8Y2M4N6P8R0T2W4X"}'
)


@dataclass(frozen=True)
class Screen:
    """`address` may name facts of the person in braces; `act` is done once the page stands."""

    route: str
    state: str = USUAL
    who: Who = "nobody"
    address: str = ""
    setting: Act | None = None
    """Done before the page opens, in a browser of its own."""
    act: Act | None = None
    worker: bool = False
    """The browser of its own keeps the client's files: for what is done without a network."""
    expects: tuple[str, ...] = ()
    """Complaints of the console that belong to the state."""

    @property
    def name(self) -> str:
        """Also of its picture's file."""
        route = re.sub(r"\W+", "-", self.route).strip("-") or ("not-found" if self.route == "*" else "home")
        return "_".join(part for part in (route, self.state, self.who) if part)


def routes() -> set[str]:
    """Every address that the client's router knows."""
    return set(_ROUTE.findall((WEB / "src" / "routes.ts").read_text()))


def fail(route: Route) -> None:
    """What a gateway says when a service does not answer."""
    route.fulfill(status=503, content_type="application/problem+json", body=_PROBLEM)


def submit(page: Page) -> None:
    """Press the form's button with nothing filled in."""
    page.locator("main form button[type=submit], main form button:not([type])").first.click()
    page.locator("main [role=alert], main .summary").first.wait_for()
