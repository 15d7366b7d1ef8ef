"""Bounds on a request's arrival that uvicorn leaves to a proxy: a slow or endless head costs us nothing."""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gateway.settings import Settings


class BoundedHttp(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 that hangs up on a head of too many bytes and on a request that takes too long to come."""

    max_head_bytes: int
    request_seconds: float
    _in_head = True
    _head_bytes = 0
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._expect()

    def connection_lost(self, exc: Exception | None) -> None:
        self._arrived()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._head_bytes = self._head_bytes + len(data) if self._in_head else 0
        if self._head_bytes > self.max_head_bytes:
            self.transport.close()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True
        self._expect()

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._arrived()
        super().on_message_complete()

    def _expect(self) -> None:
        self._arrived()
        self._deadline = self.loop.call_later(self.request_seconds, self.transport.close)

    def _arrived(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def bounded_http(settings: Settings) -> type[BoundedHttp]:
    """The protocol with the settings' bounds; uvicorn makes one for each connection."""

    class Bounded(BoundedHttp):
        max_head_bytes = settings.max_head_bytes
        request_seconds = settings.request_seconds

    return Bounded
