"""A poisonous message is parked with its reason, and no process dies of it."""

import json
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from deploy.demo.visitor import eventually
from deploy.local.system import LocalSystem
from services.contracts import billing, wire
from services.contracts.caller import Caller
from tests.integration.chassis.conftest import RawBroker
from tests.support.bus import SyncBus

Database = Callable[[str], "psycopg.Connection[Any]"]
Parked = Callable[..., list[tuple[str, str]]]

KEY = billing.PROVE_OWNERSHIP.routing_key
REQUEST = wire.request_body({"account": "180000000", "address": "где-то"})


def sound() -> dict[str, Any]:
    """Properties of a request that would be served."""
    headers = {
        wire.CALLER: Caller().model_dump_json(),
        wire.DEADLINE: int((time.time() + 30) * 1000),
    }
    return {
        "content_type": "application/json",
        "content_encoding": "utf-8",
        "reply_to": str(uuid4()),
        "correlation_id": str(uuid4()),
        "headers": headers,
    }


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in sound().items() if key != name}


def with_header(name: str, value: Any) -> dict[str, Any]:
    properties = sound()
    return properties | {"headers": properties["headers"] | {name: value}}


POISON: dict[str, tuple[str, Any, dict[str, Any], str]] = {
    "not JSON": (KEY, b"{nonsense", sound(), "body is not JSON"),
    "not UTF-8": (KEY, b"\xff\xfe\x00", sound(), "body is not JSON"),
    "another content type": (KEY, b"x", sound() | {"content_type": "text/plain"}, "content type is not"),
    "a pickle": (
        KEY,
        b"x",
        sound() | {"content_type": "application/x-python-serialize"},
        "content type is not",
    ),
    "no content type": (KEY, REQUEST, without("content_type"), "content type is not"),
    "no reply_to": (KEY, REQUEST, without("reply_to"), "no reply_to"),
    "no correlation id": (KEY, REQUEST, without("correlation_id"), "no reply_to"),
    "a list for a body": (KEY, ["a"], sound(), "does not hold one request"),
    "no args": (KEY, {"kwargs": {}}, sound(), "does not hold one request"),
    "args not an object": (KEY, {"args": [1], "kwargs": {}}, sound(), "does not hold one request"),
    "deeply nested": (KEY, b"[" * 100_000 + b"]" * 100_000, sound(), "body is not JSON"),
    "too large": (KEY, b'"' + b"x" * (wire.MAX_BODY + 1) + b'"', sound(), "too large"),
    "unknown method": ("billing.drop_tables", REQUEST, sound(), "unknown method"),
    "no headers": (KEY, REQUEST, without("headers"), "no sound caller or deadline"),
    "a caller that is no caller": (KEY, REQUEST, with_header(wire.CALLER, "root"), "no sound caller"),
    "a deadline that is no number": (KEY, REQUEST, with_header(wire.DEADLINE, "soon"), "no sound caller"),
    "a deadline beyond all numbers": (KEY, REQUEST, with_header(wire.DEADLINE, "9" * 400), "no sound caller"),
    "a key without end": (KEY, REQUEST, with_header(wire.IDEMPOTENCY_KEY, "k" * 500), "key is not sound"),
    "compressed garbage": (KEY, b"garbage", with_header("compression", "application/x-gzip"), "unpacked"),
}


def newest_parked(database: Database, service: str) -> int:
    row = database(service).execute("SELECT coalesce(max(id), 0) FROM parked").fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize("name", POISON)
def test_a_poisonous_request_is_parked_with_its_reason_and_kills_nobody(
    name: str, system: LocalSystem, broker: RawBroker, database: Database, parked_in: Parked, bus: SyncBus
) -> None:
    key, body, properties, reason = POISON[name]
    pid, since = system.pid("billing"), newest_parked(database, "billing")
    broker.publish(wire.RPC_EXCHANGE, key, body, **properties)
    parked = eventually(lambda: parked_in("billing", since), f"«{name}» is parked")
    assert [kind for kind, _ in parked] == ["rpc"]
    assert reason in parked[0][1]
    assert (
        bus.call(billing.PROVE_OWNERSHIP, billing.ProofRequest(account="180000000", address="нет"))
        is not None
    )
    assert system.pid("billing") == pid


def test_a_parked_request_keeps_no_body_because_it_may_hold_a_password(
    broker: RawBroker, database: Database
) -> None:
    since = newest_parked(database, "billing")
    broker.publish(wire.RPC_EXCHANGE, KEY, b'{"password": "hunter2"', **sound())
    query = "SELECT body, size FROM parked WHERE id > %s"
    row = eventually(lambda: database("billing").execute(query, (since,)).fetchone(), "it is parked")
    assert row == (None, 22)


def test_requests_with_odd_but_harmless_properties_are_served(
    system: LocalSystem, broker: RawBroker, database: Database, bus: SyncBus
) -> None:
    pid, since = system.pid("billing"), newest_parked(database, "billing")
    broker.publish(wire.RPC_EXCHANGE, KEY, REQUEST, **(sound() | {"reply_to": "nobody-listens-here"}))
    broker.publish(wire.RPC_EXCHANGE, KEY, REQUEST, **with_header("nameko.call_id_stack", [1, {"a": []}]))
    broker.publish(wire.RPC_EXCHANGE, KEY, REQUEST, **with_header(wire.TRACEPARENT, "nonsense"))
    bus.call(billing.PROVE_OWNERSHIP, billing.ProofRequest(account="180000000", address="нет"))
    assert newest_parked(database, "billing") == since
    assert system.pid("billing") == pid


ENVELOPE = {
    "id": str(uuid4()),
    "type": "payment.succeeded",
    "source": "payments",
    "occurred_at": "2026-11-01T10:00:00Z",
    "payload": {},
}
POISON_EVENTS: dict[str, tuple[Any, dict[str, Any], str]] = {
    "not JSON": (b"{", {"content_type": "application/json"}, "body is not JSON"),
    "no content type": (ENVELOPE, {}, "content type is not"),
    "not an envelope": ({"a": 1}, {"content_type": "application/json"}, "does not fit the contract: id"),
    "a payload without its fields": (
        ENVELOPE,
        {"content_type": "application/json"},
        "does not fit the contract",
    ),
    "an event nobody handles": (
        ENVELOPE | {"type": "payment.dreamt"},
        {"content_type": "application/json"},
        "no handler",
    ),
}


@pytest.mark.parametrize("name", POISON_EVENTS)
def test_a_poisonous_event_is_parked_with_its_body_and_reason(
    name: str, system: LocalSystem, broker: RawBroker, database: Database
) -> None:
    body, properties, reason = POISON_EVENTS[name]
    pid, since = system.pid("billing"), newest_parked(database, "billing")
    broker.publish(wire.events_exchange("payments"), "payment.succeeded", body, **properties)
    query = "SELECT kind, reason, body FROM parked WHERE id > %s"
    row = eventually(lambda: database("billing").execute(query, (since,)).fetchone(), f"«{name}» is parked")
    assert row[0] == "event"
    assert reason in row[1]
    assert row[2] == (body.decode() if isinstance(body, bytes) else json.dumps(body))
    assert system.pid("billing") == pid


LETTER = {"letter_id": str(uuid4()), "template": "receipt", "recipient": "a@example.org", "params": {}}
UNKEEPABLE: dict[str, tuple[dict[str, Any], str]] = {
    "a name with a NUL": ({"params": {"\x00": 5}}, "cannot be kept"),
    "a value with a NUL": ({"recipient": "a\x00@example.org"}, "cannot be kept"),
    "half a character": ({"new": "\ud800"}, "cannot be kept"),
    "not a number": ({"new": float("nan")}, "body is not JSON"),
}


@pytest.mark.parametrize("name", UNKEEPABLE)
def test_an_event_that_the_database_cannot_keep_is_parked_rather_than_delivered_for_ever(
    name: str, system: LocalSystem, broker: RawBroker, database: Database
) -> None:
    payload, reason = UNKEEPABLE[name]
    pid = system.pid("notify")
    event = ENVELOPE | {"id": str(uuid4()), "type": "letter.wanted", "payload": LETTER | payload}
    since = newest_parked(database, "notify")
    broker.publish(wire.events_exchange("payments"), "letter.wanted", event, content_type="application/json")
    query = "SELECT kind, reason FROM parked WHERE id > %s"
    row = eventually(lambda: database("notify").execute(query, (since,)).fetchone(), f"«{name}» is parked")
    assert row[0] == "event"
    assert reason in row[1]
    assert system.pid("notify") == pid
