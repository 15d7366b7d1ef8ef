"""The bus client on the real broker: quick refusals, honest outcomes, coming back by itself."""

import asyncio
import time

import httpx
import pika
import pytest
from pika.exceptions import AMQPError
from prometheus_client import REGISTRY

from deploy.local.system import LocalSystem
from gateway.bus import Bus
from gateway.link import Link
from services.contracts import auth, wire
from services.contracts.base import Done, Nothing, Operation
from tests.integration.gateway.conftest import Silent, on_the_bus, refused, until_connected, waiting
from tests.support.gateway import application
from tests.support.problems import code_of

pytestmark = pytest.mark.anyio
NOWHERE = Operation("nowhere", "ask", Nothing, Done, timeout=20)


async def test_a_service_that_never_started_is_told_at_once(system: LocalSystem) -> None:
    async with on_the_bus(system.urls.brokers["gateway"]) as bus:
        code, outcome, seconds = await refused(asyncio.ensure_future(bus.call(NOWHERE, Nothing())))
        assert (code, outcome) == ("unavailable", "none")
        assert seconds < 1
        assert (await bus.call(auth.PUBLIC_KEYS, Nothing())).keys


async def test_what_was_asked_when_the_connection_was_lost_may_have_run(
    system: LocalSystem, silent: Silent
) -> None:
    async with on_the_bus(system.urls.brokers["gateway"]) as bus:
        missed: list[int] = []
        bus.on_missed = lambda: missed.append(1)
        call = asyncio.create_task(bus.call(silent, Nothing()))
        await waiting(bus, 1)
        assert bus._link
        bus._link._connection.close()
        code, outcome, seconds = await refused(call)
        assert (code, outcome, missed) == ("unavailable", "unknown", [1])
        assert seconds < 5
        await until_connected(bus)
        assert (await bus.call(auth.PUBLIC_KEYS, Nothing())).keys


async def test_a_call_that_nobody_answers_ends_at_its_deadline(system: LocalSystem, silent: Silent) -> None:
    short = Operation(silent.service, "wait", Nothing, Done, timeout=0.2)
    async with on_the_bus(system.urls.brokers["gateway"]) as bus:
        code, outcome, _ = await refused(asyncio.ensure_future(bus.call(short, Nothing())))
        assert (code, outcome) == ("unavailable", "unknown")


async def test_an_answer_that_nobody_waits_for_is_counted_and_dropped(system: LocalSystem) -> None:
    async with on_the_bus(system.urls.brokers["gateway"]) as bus:
        before = REGISTRY.get_sample_value("svet_bus_unknown_replies_total") or 0
        assert bus._link
        connection = pika.BlockingConnection(pika.URLParameters(system.urls.broker_admin))
        for properties in (pika.BasicProperties(correlation_id="nobody-s"), pika.BasicProperties()):
            connection.channel().basic_publish(wire.RPC_EXCHANGE, bus._link._unique, b"{}", properties)
        connection.close()
        async with asyncio.timeout(5):
            while (REGISTRY.get_sample_value("svet_bus_unknown_replies_total") or 0) < before + 2:
                await asyncio.sleep(0.02)
        assert (await bus.call(auth.PUBLIC_KEYS, Nothing())).keys


async def test_a_full_gateway_refuses_at_once_and_says_when_to_come_again(
    system: LocalSystem, silent: Silent
) -> None:
    async with on_the_bus(system.urls.brokers["gateway"], max_in_flight=3) as bus:
        calls = [asyncio.create_task(bus.call(silent, Nothing())) for _ in range(3)]
        await waiting(bus, 3)
        transport = httpx.ASGITransport(application(bus))
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway") as http:
            started = time.monotonic()
            body = {"account": "180211111", "password": "does not matter"}
            answer = await http.post("/api/v1/sessions", json=body)
            assert time.monotonic() - started < 1
            assert (code_of(answer), answer.headers["retry-after"]) == ("unavailable", "5")
            for call in calls:
                call.cancel()
            await asyncio.gather(*calls, return_exceptions=True)
            free = await http.post("/api/v1/sessions", json=body)
            assert code_of(free) == "sign_in_refused"


async def test_a_broker_that_is_not_there_is_a_quick_refusal_and_no_crash() -> None:
    bus = Bus("amqp://nobody:nothing@127.0.0.1:9/none", "gateway")
    bus.start()
    code, outcome, seconds = await refused(asyncio.ensure_future(bus.call(NOWHERE, Nothing())))
    assert (code, outcome) == ("unavailable", "none")
    assert seconds < 1
    await bus.stop()


async def test_a_connection_that_the_broker_ends_while_it_is_set_up_is_told_at_once(
    system: LocalSystem,
) -> None:
    nothing = [lambda *_: None] * 3
    link = Link(system.urls.brokers["gateway"], "not-the-gateway", *nothing)
    started = time.monotonic()
    with pytest.raises(AMQPError):  # the queue's name is not ours
        await link.open([])
    assert time.monotonic() - started < 5
