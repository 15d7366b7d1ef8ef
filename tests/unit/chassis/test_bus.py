"""The consumer below RPC and events."""

from types import SimpleNamespace
from typing import Any

import pytest

from services.chassis.bus import BusConsumer


def broken() -> None:
    raise BrokenPipeError


@pytest.mark.parametrize("name", ["ack_message", "requeue_message"])
def test_a_connection_that_breaks_while_a_message_is_settled_stops_no_process(name: str) -> None:
    message: Any = SimpleNamespace(channel=SimpleNamespace(connection=object()), ack=broken, requeue=broken)
    getattr(BusConsumer(), name)(message)
