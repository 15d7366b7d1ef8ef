"""An operation that nobody answers: a queue stands where a service would."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pika
import pytest

from deploy.local.system import LocalSystem
from gateway.bus import Bus
from services.contracts import wire
from services.contracts.base import Done, Nothing, Operation
from services.contracts.errors import ServiceError

Silent = Operation[Nothing, Done]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def silent(system: LocalSystem) -> Iterator[Silent]:
    """Its requests are taken in by the broker and never answered."""
    service = f"silent-{uuid4().hex[:8]}"
    connection = pika.BlockingConnection(pika.URLParameters(system.urls.broker_admin))
    channel = connection.channel()
    queue = channel.queue_declare("", exclusive=True).method.queue
    channel.queue_bind(queue, wire.RPC_EXCHANGE, f"{service}.*")
    yield Operation(service, "wait", Nothing, Done, timeout=20)
    connection.close()


@asynccontextmanager
async def on_the_bus(url: str, max_in_flight: int = 10) -> AsyncIterator[Bus]:
    """A bus client that is connected."""
    bus = Bus(url, "gateway", max_in_flight)
    bus.start()
    try:
        await until_connected(bus)
        yield bus
    finally:
        await bus.stop()


async def until_connected(bus: Bus) -> None:
    async with asyncio.timeout(20):
        while not bus.connected:
            await asyncio.sleep(0.02)


async def waiting(bus: Bus, count: int) -> None:
    """Until so many calls have left and wait."""
    async with asyncio.timeout(5):
        while len(bus._waiting) < count or (bus._link and bus._link._unconfirmed):
            await asyncio.sleep(0.01)


async def refused(call: "asyncio.Future[Done] | asyncio.Task[Done]") -> tuple[str, str, float]:
    """(code, outcome, seconds) of a call that fails."""
    started = time.monotonic()
    with pytest.raises(ServiceError) as error:
        await call
    return error.value.code, error.value.details.get("outcome", ""), time.monotonic() - started
