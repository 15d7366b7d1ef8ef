"""The built client in Chromium: pages of any size and look, signed in or not, and what their consoles complain of."""

import json
import os
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Literal

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from deploy.demo.visitor import Visitor, somewhere
from tests.support.customer import PASSWORD, Customer

CHROMIUM: Final = os.environ.get("SVET_BROWSER", "/usr/bin/chromium")
FLAGS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
]
Size = tuple[int, int]
PHONE: Size = (390, 844)
DESKTOP: Size = (1280, 900)
NARROW: Size = (320, 640)
"""The narrowest page that must need no sideways scroll."""
_NOT_OURS = ("[DOM] Password forms should have", "Service Worker registration blocked by Playwright")
"""Chromium's advice to name the user on a form, which a recovery link's page does not know; and our own doing."""


@dataclass(frozen=True)
class Look:
    """How a page looks; the defaults are a phone as it comes."""

    size: Size = PHONE
    theme: Literal["light", "dark"] = "light"
    contrast: Literal["normal", "high"] = "normal"
    text: Literal["normal", "large", "largest"] = "normal"


PLAIN = Look()


@dataclass
class Client:
    """Opens pages and hears all that they say in the console; as a context manager it raises on complaints."""

    browser: Browser
    site: str
    complaints: list[str] = field(default_factory=list)
    _expected: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def page(self, look: Look = PLAIN, session: dict[str, Any] | None = None, **context: Any) -> Page:
        """A page of a browser of its own (cookies, storage, worker), at no address yet.

        `session` is what `sign_in` gave; `context` goes to Playwright's `new_context`.
        """
        appearance = {"theme": "auto", "text": look.text, "contrast": look.contrast}
        kept = {"svet.appearance": json.dumps(appearance)}
        if session:
            kept["svet.expires"] = session["expires"]
        origin = {
            "origin": self.site,
            "localStorage": [{"name": name, "value": value} for name, value in kept.items()],
        }
        width, height = look.size
        opened = self.browser.new_context(
            **{
                "base_url": self.site,
                "viewport": {"width": width, "height": height},
                "locale": "ru-RU",
                "timezone_id": "Europe/Moscow",
                "color_scheme": look.theme,
                "extra_http_headers": {"X-Forwarded-For": somewhere()},
                "storage_state": {"cookies": session["cookies"] if session else [], "origins": [origin]},
                **context,
            }
        )
        self._contexts.append(opened)
        self.hear(opened)
        return opened.new_page()

    def hear(self, context: BrowserContext) -> None:
        """Every page of the context is heard from now on."""
        context.on("console", self._told)
        context.on("weberror", lambda error: self.complaints.append(f"uncaught: {error.error}"))

    def expect(self, *starts: str) -> None:
        """Messages that begin like this are no complaint in this test."""
        self._expected.extend(starts)

    def unexpected(self) -> list[str]:
        """What was complained of so far."""
        known = (*self._expected, *_NOT_OURS)
        return [text for text in self.complaints if not text.startswith(known)]

    def sign_in(self, customer: Customer) -> dict[str, Any]:
        """A session of the customer's own for a browser, opened without any clicking."""
        return sign_in(self.site, customer.account)

    def close(self) -> None:
        for context in self._contexts:
            context.close()
        self._contexts.clear()

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        if kind is None:
            assert self.unexpected() == []

    def _told(self, message: ConsoleMessage) -> None:
        place = message.location
        self.complaints.append(f"{message.text} ({place['url']}:{place['lineNumber']})")


def sign_in(site: str, account: str, password: str = PASSWORD) -> dict[str, Any]:
    """A new session as Playwright keeps one: cookies, and when the access runs out."""
    visitor = Visitor(site)
    signed = visitor.sign_in(account, password)
    cookies = [
        {
            "name": cookie.name,
            "value": cookie.value or "",
            "domain": "localhost",
            "path": cookie.path,
            "expires": float(cookie.expires or -1),
            "httpOnly": cookie.name != "svet_csrf",
            "secure": False,
            "sameSite": "Lax" if cookie.name == "svet_access" else "Strict",
        }
        for cookie in visitor.http.cookies.jar
    ]
    visitor.http.close()
    return {"cookies": cookies, "expires": signed["access_expires_at"], "device": signed["device"]}
