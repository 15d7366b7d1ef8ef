"""Clients of outsiders."""

import eventlet
import httpx
import pytest

from services.chassis.clients import BoundedHttp


def test_an_answer_that_comes_byte_by_byte_is_not_waited_for() -> None:
    def drip(_: httpx.Request) -> httpx.Response:
        eventlet.sleep(60)
        return httpx.Response(200)

    client = BoundedHttp(transport=httpx.MockTransport(drip), timeout=0.01)
    with eventlet.Timeout(5), pytest.raises(httpx.ReadTimeout):
        client.get("http://bank.example/")
