"""The operation that every RPC of the comparison serves, and the frame that asks for it."""

import json
import time
from typing import Any

from services.common.tracing import new_traceparent
from services.contracts import wire
from services.contracts.base import AccountNumber, Operation, PeriodText, Reply, Request
from services.contracts.caller import ANONYMOUS

OURS, BARE, DEFAULT = "chassis", "nameko", "nameko-default"
"""The chassis; nameko with replies as the chassis sends them; nameko as it comes."""
TIMEOUT = 5.0


class EchoRequest(Request):
    """As large as a reading's submission."""

    account: AccountNumber
    values: list[str]
    note: str


class EchoReply(Reply):
    """As large as its answer."""

    account: AccountNumber
    period: PeriodText
    values: list[int]
    message: str


ECHO = Operation(OURS, "echo", EchoRequest, EchoReply, timeout=TIMEOUT)
_ASKED = {"account": "180211111", "values": ["12345", "6789", "4321"], "note": "Показания за ноябрь"}
BODY = json.dumps(wire.request_body(_ASKED), ensure_ascii=False).encode()
_CALLER = ANONYMOUS.model_dump_json(exclude_none=True)


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """The work itself, the same for all."""
    return {
        "account": request["account"],
        "period": "2026-11",
        "values": [int(value) for value in request["values"]],
        "message": "Показания приняты",
    }


def headers() -> dict[str, Any]:
    """What the gateway sends with every request."""
    return {
        wire.TRACEPARENT: new_traceparent(),
        wire.CALLER: _CALLER,
        wire.DEADLINE: int((time.time() + TIMEOUT) * 1000),
    }
