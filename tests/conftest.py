"""The system under test: one for the whole run, on private servers, with a small registry loaded."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from deploy.demo.households import households as demo_households
from deploy.demo.visitor import Mailbox
from deploy.local.system import LocalSystem
from services.common.clock import moscow_date, real_now
from tests.support.acquirer import Acquirer
from tests.support.bus import SyncBus
from tests.support.customer import Customer, make_customer
from tests.support.households import Households

ACCOUNTS, SEED = 900, 7
AS_OF = moscow_date(real_now()).replace(day=1)
PROCESSES = {"sandbox": 1, "auth": 1, "billing": 1, "readings": 1, "payments": 1, "notify": 1, "gateway": 2}
SETTINGS = {
    "SVET_ENV": "test",
    "SVET_GATEWAY_TRUSTED_PROXIES": json.dumps(["127.0.0.1"]),
    "SVET_GATEWAY_COOKIE_SECURE": "false",
    "SVET_NOTIFY_LEASE_SECONDS": "5",
    "SVET_PAYMENTS_POLL_INTERVAL": "1",
    "SVET_PAYMENTS_LEASE_SECONDS": "8",
    "SVET_SANDBOX_CALLBACK_INTERVAL_SECONDS": "0.5",
    "SVET_SANDBOX_UNKNOWN_SETTLES_AFTER_SECONDS": "0",
}


@pytest.fixture(scope="session")
def crash_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a crash point's name here, and the first process that comes to it dies."""
    return tmp_path_factory.mktemp("crash") / "point"


@pytest.fixture(scope="session")
def system(crash_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    """The running system; tests that kill a process wait until it is ready again."""
    from deploy.registry import generate, load

    package = tmp_path_factory.mktemp("registry") / "package"
    settings = SETTINGS | {"SVET_CRASH_FILE": str(crash_file)}
    with LocalSystem.temporary(processes=PROCESSES, settings=settings) as running:
        running.start()
        generate.run(accounts=ACCOUNTS, seed=SEED, as_of=AS_OF, out=package)
        assert load.run(package, running.urls.databases) == 0
        running.wait_ready(90)
        yield running


@pytest.fixture(scope="session")
def households() -> Households:
    return Households(demo_households(ACCOUNTS, SEED, AS_OF))


@pytest.fixture
def household(households: Households) -> Any:
    """A fresh household with a working manual meter."""
    return households.take()


@pytest.fixture(scope="session")
def bus(system: LocalSystem) -> Iterator[SyncBus]:
    client = SyncBus(system.urls.brokers["gateway"])
    yield client
    client.close()


@pytest.fixture(scope="session")
def mailbox(system: LocalSystem) -> Mailbox:
    return Mailbox(system.urls.mailbox)


@pytest.fixture(scope="session")
def acquirer(system: LocalSystem) -> Acquirer:
    return Acquirer(system.urls.acquirer)


@pytest.fixture
def customer(system: LocalSystem, mailbox: Mailbox, household: Any) -> Customer:
    """A customer with cookies."""
    return make_customer(system.urls.gateway, mailbox, household)


@pytest.fixture(scope="session")
def service_database_urls(system: LocalSystem) -> dict[str, str]:
    return dict(system.urls.databases)


@pytest.fixture
def database(system: LocalSystem) -> Iterator[Callable[[str], "psycopg.Connection[Any]"]]:
    """`database("billing")`: a connection to a service's database, autocommit."""
    opened: list[psycopg.Connection[Any]] = []

    def connect(service: str) -> "psycopg.Connection[Any]":
        connection = psycopg.connect(system.urls.databases[service], autocommit=True)
        opened.append(connection)
        return connection

    yield connect
    for connection in opened:
        connection.close()
