"""The gateway's typed bus client for synchronous tests, on a loop in a thread."""

import asyncio
import threading
from concurrent.futures import Future
from typing import Any

from gateway.bus import Bus
from services.contracts.base import Operation, ReplyT, RequestT
from services.contracts.caller import ANONYMOUS, Caller


class SyncBus:
    """`bus.call(OPERATION, request, key=..., caller=...)`: the reply, or the ServiceError that was answered."""

    def __init__(self, url: str) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        self.bus: Bus = self._run(self._started(url)).result(30)

    def call(
        self,
        operation: Operation[RequestT, ReplyT],
        request: RequestT,
        *,
        key: str | None = None,
        caller: Caller = ANONYMOUS,
    ) -> ReplyT:
        return self.submit(operation, request, key=key, caller=caller).result()

    def submit(
        self,
        operation: Operation[RequestT, ReplyT],
        request: RequestT,
        *,
        key: str | None = None,
        caller: Caller = ANONYMOUS,
    ) -> "Future[ReplyT]":
        """The same without waiting, for calls at once."""
        return self._run(self.bus.call(operation, request, key=key, caller=caller))

    def close(self) -> None:
        self._run(self.bus.stop()).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _run(self, work: Any) -> "Future[Any]":
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _started(self, url: str) -> Bus:
        bus = Bus(url, "gateway", heavy_at_once=100)
        bus.start()
        async with asyncio.timeout(20):
            while not bus.connected:
                await asyncio.sleep(0.05)
        return bus
