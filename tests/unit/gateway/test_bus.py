"""The bus client between a request and its answer: every ending has its name."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest
from pika.exceptions import ChannelWrongStateError
from prometheus_client import REGISTRY

from gateway.bus import Bus
from services.contracts import auth, wire
from services.contracts.base import Nothing, Operation
from services.contracts.errors import ServiceError

pytestmark = pytest.mark.anyio
ASK = Operation("auth", "public_keys", Nothing, auth.PublicKeys, timeout=0.05)


class FakeLink:
    """Keeps what is published; `fails` raises as a channel that is going down does."""

    def __init__(self, fails: bool = False) -> None:
        self.fails = fails
        self.published: list[tuple[str, dict[str, Any], str, float, dict[str, Any]]] = []

    def publish(
        self, routing_key: str, body: bytes, correlation_id: str, timeout: float, headers: dict[str, Any]
    ) -> None:
        if self.fails:
            raise ChannelWrongStateError("closing")
        self.published.append((routing_key, json.loads(body), correlation_id, timeout, headers))


def connected(link: FakeLink, max_in_flight: int = 10) -> Bus:
    bus = Bus("amqp://nowhere", "test", max_in_flight)
    bus._link = link  # type: ignore[assignment]
    return bus


async def answered(bus: Bus, link: FakeLink, body: bytes) -> Any:
    """The outcome of a call that is answered with `body`."""
    call = asyncio.create_task(bus.call(ASK, Nothing()))
    await asyncio.sleep(0)
    bus._answered(link.published[-1][2], body)
    return await call


async def refusal(call: Any) -> tuple[str, str | None]:
    with pytest.raises(ServiceError) as refused:
        await call
    return refused.value.code, refused.value.details.get("outcome")


async def test_a_reply_is_read_by_its_contract() -> None:
    link = FakeLink()
    reply = await answered(connected(link), link, b'{"result": {"keys": []}, "error": null}')
    assert reply == auth.PublicKeys(keys=[])
    routing_key, body, _, timeout, headers = link.published[0]
    assert (routing_key, body, timeout) == ("auth.public_keys", {"args": [{}], "kwargs": {}}, 0.05)
    assert json.loads(headers[wire.CALLER]) == {"kind": "anonymous"}
    assert wire.IDEMPOTENCY_KEY not in headers


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        (b"{", ("unavailable", "unknown")),
        (b"[]", ("unavailable", "unknown")),
        (b'{"result": {}, "error": null}', ("internal_error", None)),
        (b"{}", ("internal_error", None)),
        (b'{"result": null, "error": {"code": "session_ended", "message": "x"}}', ("session_ended", None)),
        (b'{"result": null, "error": {"code": "from_the_future", "message": "x"}}', ("internal_error", None)),
    ],
)
async def test_any_other_reply_is_an_error_of_the_vocabulary(
    body: bytes, outcome: tuple[str, str | None]
) -> None:
    link = FakeLink()
    assert await refusal(answered(connected(link), link, body)) == outcome


async def test_what_surely_did_not_run_is_told_from_what_may_have() -> None:
    assert await refusal(Bus("amqp://nowhere", "test").call(ASK, Nothing())) == ("unavailable", "none")
    assert await refusal(connected(FakeLink(fails=True)).call(ASK, Nothing())) == ("unavailable", "none")
    assert await refusal(connected(FakeLink()).call(ASK, Nothing())) == ("unavailable", "unknown")

    link = FakeLink()
    bus = connected(link)
    returned = asyncio.create_task(bus.call(ASK, Nothing()))
    await asyncio.sleep(0)
    bus._undelivered(link.published[0][2])
    assert await refusal(returned) == ("unavailable", "none")

    broken = asyncio.create_task(bus.call(ASK, Nothing()))
    await asyncio.sleep(0)
    bus._lost()
    assert await refusal(broken) == ("unavailable", "unknown")


async def test_no_more_calls_wait_than_are_allowed() -> None:
    link = FakeLink()
    bus = connected(link, max_in_flight=2)
    waiting = [asyncio.create_task(bus.call(ASK, Nothing())) for _ in range(2)]
    await asyncio.sleep(0)
    assert await refusal(bus.call(ASK, Nothing())) == ("unavailable", "none")
    await asyncio.gather(*waiting, return_exceptions=True)
    assert (len(link.published), bus._waiting) == (2, {})


async def test_a_late_or_strange_answer_is_counted_and_dropped() -> None:
    bus, before = connected(FakeLink()), unknown_replies()
    for correlation_id in ("", str(uuid4())):
        bus._answered(correlation_id, b"{}")
    assert unknown_replies() == before + 2


async def test_a_listener_hears_its_own_events_only_and_no_poison_ends_the_bus() -> None:
    bus, heard, missed = Bus("amqp://nowhere", "test"), [], []
    bus.listen(auth.SESSION_ENDED, lambda told: heard.append(auth.SessionEnded.model_validate(told.payload)))
    bus.on_missed = lambda: missed.append(1)
    payload = {"user": str(uuid4()), "session": str(uuid4()), "ended_at": "2026-11-22T10:00:00Z"}
    told = {"id": str(uuid4()), "source": "auth", "occurred_at": "2026-11-22T10:00:00Z"}
    bus._heard(json.dumps(told | {"type": "session.ended", "payload": payload}).encode())
    bus._heard(json.dumps(told | {"type": "profile.changed", "payload": payload}).encode())
    assert (len(heard), len(missed)) == (1, 0)
    bus._heard(json.dumps(told | {"type": "session.ended", "payload": {}}).encode())
    bus._heard(b"\xff{")
    assert (len(heard), len(missed)) == (1, 2)


async def test_calls_are_measured_by_operation_and_code() -> None:
    link = FakeLink()
    for body in (b"{}", b'{"result": {"keys": []}}'):
        await asyncio.gather(answered(connected(link), link, body), return_exceptions=True)
    for code in ("internal_error", "ok"):
        labels = {"operation": "auth.public_keys", "code": code}
        assert (REGISTRY.get_sample_value("svet_bus_call_seconds_count", labels) or 0) >= 1


def unknown_replies() -> float:
    return REGISTRY.get_sample_value("svet_bus_unknown_replies_total") or 0


HEAVY = Operation("auth", "sign_in", Nothing, auth.PublicKeys, timeout=0.05, heavy=True)


async def test_few_heavy_calls_are_let_in_at_once_and_light_ones_pass_them() -> None:
    link = FakeLink()
    bus = Bus("amqp://nowhere", "test", heavy_at_once=2)
    bus._link = link  # type: ignore[assignment]
    calls = [asyncio.create_task(bus.call(HEAVY, Nothing())) for _ in range(3)]
    await asyncio.sleep(0)
    assert len(link.published) == 2
    assert await answered(bus, link, b'{"result": {"keys": []}, "error": null}') == auth.PublicKeys(keys=[])
    bus._answered(link.published[0][2], b'{"result": {"keys": []}, "error": null}')
    await calls[0]
    for _ in range(3):
        await asyncio.sleep(0)
    assert len(link.published) == 4, "the third is let in when one is answered"
    assert [await refusal(call) for call in calls[1:]] == [("unavailable", "unknown")] * 2


async def test_a_heavy_call_waits_no_longer_than_its_timeout() -> None:
    bus = Bus("amqp://nowhere", "test", heavy_at_once=1)
    bus._link = FakeLink()  # type: ignore[assignment]
    slow = Operation("auth", "sign_in", Nothing, auth.PublicKeys, timeout=1.0, heavy=True)
    first = asyncio.create_task(bus.call(slow, Nothing()))
    await asyncio.sleep(0)
    assert await refusal(bus.call(HEAVY, Nothing())) == ("unavailable", "none")
    first.cancel()
