"""Newcomers, and what auth tells everybody."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from deploy.demo.visitor import Mailbox
from deploy.local.system import LocalSystem
from gateway.bus import Bus
from services.contracts import auth
from tests.support.bus import SyncBus
from tests.support.households import Households
from tests.support.newcomer import Newcomer


@pytest.fixture
def newcomer(bus: SyncBus, mailbox: Mailbox, households: Households) -> Newcomer:
    return Newcomer(bus, mailbox, households.take(metered=False))


@pytest.fixture
def resident(newcomer: Newcomer) -> Newcomer:
    """A newcomer whose cabinet is activated."""
    return newcomer.activated()


class Ended(SyncBus):
    """Every session that was told to have ended."""

    def __init__(self, url: str) -> None:
        self.sessions: list[Any] = []
        super().__init__(url)

    async def _started(self, url: str) -> Bus:
        bus = Bus(url, "gateway")
        bus.listen(
            auth.SESSION_ENDED,
            lambda envelope: self.sessions.append(auth.SessionEnded.model_validate(envelope.payload).session),
        )
        bus.start()
        async with asyncio.timeout(20):
            while not bus.connected:
                await asyncio.sleep(0.05)
        return bus


@pytest.fixture(scope="session")
def ended(system: LocalSystem) -> Iterator[Ended]:
    client = Ended(system.urls.brokers["gateway"])
    yield client
    client.close()


@pytest.fixture
def auth_rows(database: Callable[[str], Any]) -> Callable[..., list[tuple[Any, ...]]]:
    """`auth_rows(sql, ...)`: what auth's database answers."""
    connection = database("auth")
    return lambda sql, *values: list(connection.execute(sql, values or None).fetchall())
