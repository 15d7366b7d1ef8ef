"""The client as it is built, behind the real gateway, in pages whose every complaint fails the test."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from deploy.client.build import build
from deploy.demo.visitor import Mailbox
from deploy.local.system import LocalSystem
from tests.screens.cast import Cast
from tests.support.client import PLAIN, Client, Look
from tests.support.customer import Customer
from tests.support.households import Households


@pytest.fixture(scope="session")
def site(system: LocalSystem) -> str:
    """Where the client is; WebAuthn wants the name, not 127.0.0.1."""
    build()
    return f"http://localhost:{system.ports['gateway']}"


@pytest.fixture
def client(browser: Browser, site: str) -> Iterator[Client]:
    """Opens pages: `client.page(Look(size=DESKTOP))`; `client.expect("Failed to load resource: ... 422")`."""
    with Client(browser, site) as opened:
        yield opened


@pytest.fixture
def page(client: Client) -> Page:
    """A phone's page, signed out, at no address yet: `page.goto("/login")`."""
    return client.page()


@pytest.fixture
def signed_in(client: Client) -> Callable[..., Page]:
    """`signed_in(customer)` or `signed_in(customer, Look(...))`: a page at «Главная» in a session of its own."""

    def opened(customer: Customer, look: Look = PLAIN, address: str = "/", **context: Any) -> Page:
        page = client.page(look, client.sign_in(customer), **context)
        page.goto(address)
        return page

    return opened


@pytest.fixture(scope="package")
def cast(system: LocalSystem, mailbox: Mailbox, households: Households) -> Iterator[Cast]:
    """People with months behind them, for tests that only look: `cast["family"]`, `cast.facts("payer")`."""
    people = Cast(system, mailbox, households)
    yield people
    people.close()
