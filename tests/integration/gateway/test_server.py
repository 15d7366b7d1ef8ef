"""The HTTP server against requests that come slowly, or never end."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
import uvicorn

from gateway.server import bounded_http
from tests.support.gateway import application, settings

pytestmark = pytest.mark.anyio
HEAD = b"POST /api/v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """Where a gateway listens that waits half a second for a request."""
    told = settings(request_seconds=0.5, max_head_bytes=4096)
    config = uvicorn.Config(
        application(), port=0, http=bounded_http(told), ws="none", lifespan="off", log_config=None
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await serving


async def told(port: int, *parts: bytes, pause: float = 0.0) -> bytes:
    """All that is answered until the server hangs up."""
    async with asyncio.timeout(5):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with contextlib.suppress(ConnectionError):
            for part in parts:
                writer.write(part)
                await writer.drain()
                await asyncio.sleep(pause)
        try:
            return await reader.read()
        except ConnectionError:
            return b""
        finally:
            writer.close()


@pytest.mark.parametrize(
    "parts",
    [
        (),
        (b"GET / HT",),
        (HEAD,),
        (HEAD + b"X-Drop: ", *[b"a"] * 40),
        (HEAD + b"Content-Length: 1000\r\n\r\n{", *[b" "] * 40),
    ],
    ids=["silence", "half a line", "half a head", "a head drop by drop", "a body drop by drop"],
)
async def test_a_request_that_takes_too_long_loses_its_connection(
    parts: tuple[bytes, ...], port: int
) -> None:
    assert await told(port, *parts, pause=0.05) == b""


async def test_a_head_that_is_too_long_loses_its_connection(port: int) -> None:
    assert await told(port, HEAD + b"X-Long: ", b"a" * 5000) == b""


async def test_requests_on_one_connection_have_each_their_own_time(port: int) -> None:
    one = b"GET /nothing.txt HTTP/1.1\r\nHost: x\r\n\r\n"
    last = b"GET /nothing.txt HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    answers = await told(port, one, one, one, last, pause=0.25)
    assert answers.count(b"HTTP/1.1 404") == 4
    pipelined = await told(port, one * 3 + last)
    assert pipelined.count(b"HTTP/1.1 404") == 4
