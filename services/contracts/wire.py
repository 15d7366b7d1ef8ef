"""Names on the wire: exchanges, queues, routing keys, headers, and the JSON bodies of RPC."""

from typing import Any, Final

RPC_EXCHANGE: Final = "nameko-rpc"
CONTENT_TYPE: Final = "application/json"
CONTENT_ENCODING: Final = "utf-8"

TRACEPARENT: Final = "traceparent"
"""W3C trace context."""
CALLER: Final = "svet-caller"
"""Who acts, as `caller.Caller` in JSON: ids only."""
DEADLINE: Final = "svet-deadline"
"""Unix milliseconds after which nobody waits for the answer; the message's TTL ends then too."""
IDEMPOTENCY_KEY: Final = "svet-idempotency-key"
"""Consumed by the first service; a further hop derives its own (`<key>:<step>`)."""

MAX_BODY: Final = 256 * 1024
"""Bytes; a larger request is parked."""
MAX_EVENT: Final = 1024 * 1024
"""Bytes; a larger event is parked. The answer to a batch of a month's closing may take half of it."""


def request_queue(service: str) -> str:
    return f"rpc-{service}"


def reply_queue(process: str, unique: str) -> str:
    return f"rpc.reply-{process}-{unique}"


def events_exchange(source: str) -> str:
    return f"{source}.events"


def events_queue(service: str) -> str:
    """Durable, one a service: every event the service handles."""
    return f"events-{service}"


def broadcast_queue(process: str, unique: str) -> str:
    """Exclusive, one a process: events that every process must hear."""
    return f"events-{process}-{unique}"


def request_body(request: dict[str, Any]) -> dict[str, Any]:
    return {"args": [request], "kwargs": {}}


def reply_body(result: dict[str, Any] | None, error: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"result": result, "error": error}
