"""Two customers for tests that only knock at doors, so that each file registers them once."""

from collections.abc import Callable, Iterator
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from deploy.demo.visitor import Mailbox
from deploy.local.system import LocalSystem
from tests.support.client import CHROMIUM, FLAGS
from tests.support.customer import Customer, make_customer
from tests.support.households import Households

Send = Callable[..., httpx.Response]


@pytest.fixture(scope="session")
def resident(system: LocalSystem, mailbox: Mailbox, households: Households) -> Customer:
    """A customer with bearer tokens, whose state no test relies on."""
    return make_customer(system.urls.gateway, mailbox, households.take(zones=1), "app")


@pytest.fixture(scope="session")
def neighbour(system: LocalSystem, mailbox: Mailbox, households: Households) -> Customer:
    """Another one, with cookies."""
    return make_customer(system.urls.gateway, mailbox, households.take(zones=1))


@pytest.fixture(scope="session")
def stranger(system: LocalSystem) -> Send:
    """`stranger(method, path, ...)`: a request from a home of its own, without any session."""
    http = httpx.Client(base_url=system.urls.gateway, timeout=30, trust_env=False)

    def send(method: str, path: str, **kwargs: object) -> httpx.Response:
        unique = uuid4().hex
        headers = {"X-Forwarded-For": f"2001:db8:{unique[:4]}:{unique[4:8]}::1", "Idempotency-Key": unique}
        headers |= kwargs.pop("headers", {})  # type: ignore[call-overload]
        return http.request(method, f"/api/v1{path}", headers=headers, **kwargs)  # type: ignore[arg-type]

    return send


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()
