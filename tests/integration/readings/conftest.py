"""Accounts with meters in any state, and what readings tells the others."""

import random
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from deploy.local.system import LocalSystem
from tests.support.bus import SyncBus
from tests.support.metered import Metered, Told


@pytest.fixture
def metered(bus: SyncBus, database: Callable[[str], "psycopg.Connection[Any]"]) -> Callable[..., Metered]:
    """`metered(1000)`, `metered(1000, 500)`: an account whose meter opened with these readings a month ago."""
    connection = database("readings")

    def make(
        *opening: int,
        digits: int = 5,
        kind: str = "manual",
        state: str = "working",
        removed_on: date | None = None,
    ) -> Metered:
        made = Metered(bus, connection, f"9{random.randrange(10**8):08d}")
        connection.execute("INSERT INTO accounts VALUES (%s)", (made.account,))
        if opening:
            connection.execute(
                "INSERT INTO meters VALUES (%s, %s, %s, 'Меркурий 200', %s, %s, %s, %s, '2024-03-01', %s, NULL)",
                (
                    made.meter_id,
                    made.account,
                    uuid4().hex[:8],
                    len(opening),
                    digits,
                    kind,
                    state,
                    removed_on,
                ),
            )
            made.read(*opening)
        return made

    return make


@pytest.fixture(scope="session")
def told(system: LocalSystem) -> Iterator[Told]:
    client = Told(system.urls.brokers["gateway"])
    yield client
    client.close()
