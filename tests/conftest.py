"""The system under test: one for the whole run, on private servers, with a small registry loaded."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from deploy.demo.visitor import Mailbox
from deploy.local.system import LocalSystem
from tests.support.acquirer import Acquirer
from tests.support.bus import SyncBus
from tests.support.customer import Customer, make_customer
from tests.support.households import Households
from tests.support.loaded import CHEAP_HASHES, loaded_households, loaded_system


@pytest.fixture(scope="session")
def crash_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a crash point's name here, and the first process that comes to it dies."""
    return tmp_path_factory.mktemp("crash") / "point"


@pytest.fixture(scope="session")
def system(crash_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    """The running system; tests that kill a process wait until it is ready again."""
    package = tmp_path_factory.mktemp("registry") / "package"
    with loaded_system(package, {"SVET_CRASH_FILE": str(crash_file)} | CHEAP_HASHES) as running:
        yield running


@pytest.fixture(scope="session")
def households() -> Households:
    return loaded_households()


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
