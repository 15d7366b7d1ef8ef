"""The asyncio bus client: typed RPC and broadcast events over one pika connection that reconnects."""

import asyncio
import json
import logging
import random
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from pika.exceptions import AMQPError
from pydantic import ValidationError

from gateway.link import Link
from gateway.metrics import BUS_CONNECTED, BUS_IN_FLIGHT, BUS_SECONDS, BUS_UNKNOWN_REPLIES
from services.common.metrics import BUS_MESSAGES
from services.common.tracing import new_traceparent
from services.contracts import wire
from services.contracts.base import Event, Operation, ReplyT, RequestT
from services.contracts.caller import ANONYMOUS, Caller
from services.contracts.errors import ServiceError, WireError
from services.contracts.events import Envelope

log = logging.getLogger(__name__)
_LONGEST_PAUSE = 2.0
Listener = Callable[[Envelope], None]


class Bus:
    """`await bus.call(OPERATION, request, caller=...)`; `start()` returns at once and connects for ever."""

    def __init__(self, url: str, process: str, max_in_flight: int = 300, heavy_at_once: int = 4) -> None:
        self._url = url
        self._process = process
        self._max_in_flight = max_in_flight
        self._heavy = asyncio.Semaphore(heavy_at_once)
        self._heavy_waiting = 0
        self._waiting: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._link: Link | None = None
        self._task: asyncio.Task[None] | None = None
        self._listeners: list[tuple[Event[Any], Listener]] = []
        self.on_missed: Callable[[], None] = lambda: None
        """Called when an event may have gone unheard: what was learned from events is out of date."""

    @property
    def connected(self) -> bool:
        return self._link is not None

    def listen(self, event: Event[Any], listener: Listener) -> None:
        """Hear every event of a kind in this process (call before `start`); nothing is kept while away."""
        self._listeners.append((event, listener))

    def start(self) -> None:
        self._task = asyncio.create_task(self._keep_connected())

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def call(
        self,
        operation: Operation[RequestT, ReplyT],
        request: RequestT,
        *,
        caller: Caller = ANONYMOUS,
        key: str | None = None,
        traceparent: str | None = None,
    ) -> ReplyT:
        """Call a service and wait, at most the operation's timeout.

        Raises the ServiceError it answered, or `unavailable`: `details["outcome"]` is `none` when the request
        surely did not run, `unknown` when it may have.
        """
        started, code = time.perf_counter(), "internal_error"
        try:
            async with self._turn(operation):
                reply = await self._call(operation, request, caller, key, traceparent or new_traceparent())
            code = "ok"
            return reply
        except ServiceError as error:
            code = error.code
            raise
        finally:
            BUS_SECONDS.labels(operation.routing_key, code).observe(time.perf_counter() - started)

    @asynccontextmanager
    async def _turn(self, operation: Operation[Any, Any]) -> AsyncIterator[None]:
        """Heavy calls wait here, at most their timeout: each that waits in the service would hold a worker."""
        if not operation.heavy:
            yield
            return
        if self._heavy_waiting >= self._max_in_flight:
            raise ServiceError("unavailable", outcome="none")
        self._heavy_waiting += 1
        try:
            async with asyncio.timeout(operation.timeout):
                await self._heavy.acquire()
        except TimeoutError as error:
            raise ServiceError("unavailable", outcome="none") from error
        finally:
            self._heavy_waiting -= 1
        try:
            yield
        finally:
            self._heavy.release()

    async def _call(
        self,
        operation: Operation[RequestT, ReplyT],
        request: RequestT,
        caller: Caller,
        key: str | None,
        traceparent: str,
    ) -> ReplyT:
        link = self._link
        if link is None or len(self._waiting) >= self._max_in_flight:
            raise ServiceError("unavailable", outcome="none")
        headers: dict[str, Any] = {
            wire.TRACEPARENT: traceparent,
            wire.CALLER: caller.model_dump_json(exclude_none=True),
            wire.DEADLINE: int((time.time() + operation.timeout) * 1000),
        }
        if key is not None:
            headers[wire.IDEMPOTENCY_KEY] = key
        correlation_id = str(uuid.uuid4())
        answer = self._waiting[correlation_id] = asyncio.get_running_loop().create_future()
        BUS_IN_FLIGHT.set(len(self._waiting))
        try:
            body = json.dumps(wire.request_body(request.model_dump(mode="json")), ensure_ascii=False)
            link.publish(operation.routing_key, body.encode(), correlation_id, operation.timeout, headers)
            BUS_MESSAGES.labels(operation.routing_key, "request").inc()
            answered = await asyncio.wait_for(answer, operation.timeout)
        except AMQPError as error:  # the connection is going down, and nothing has left
            raise ServiceError("unavailable", outcome="none") from error
        except TimeoutError as error:
            raise ServiceError("unavailable", outcome="unknown") from error
        finally:
            self._waiting.pop(correlation_id, None)
            BUS_IN_FLIGHT.set(len(self._waiting))
        if answered.get("error"):
            raise ServiceError.from_wire(WireError.model_validate(answered["error"]))
        try:
            return operation.reply.model_validate(answered.get("result"))
        except ValidationError as error:
            log.error("a reply breaks its contract", extra={"operation": operation.routing_key})
            raise ServiceError("internal_error") from error

    async def _keep_connected(self) -> None:
        pause = 0.1
        while True:
            link = Link(self._url, self._process, self._answered, self._undelivered, self._heard)
            try:
                await link.open([event for event, _ in self._listeners])
                self._link, pause = link, 0.1
                BUS_CONNECTED.set(1)
                log.info("bus connected")
                reason = await link.closed
                log.warning("bus lost", extra={"reason": type(reason).__name__})
            except (AMQPError, OSError, TimeoutError) as error:
                log.warning("bus cannot be reached", extra={"reason": type(error).__name__})
            except Exception:  # whatever it was, the next connection may do
                log.exception("bus lost")
            finally:
                self._lost()
                link.close()
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - jitter
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _lost(self) -> None:
        """Whatever waits has an unknown outcome now, and what was heard may be out of date."""
        was_connected, self._link = self._link is not None, None
        BUS_CONNECTED.set(0)
        for correlation_id in list(self._waiting):
            self._fail(correlation_id, "unknown")
        if was_connected:
            self.on_missed()

    def _answered(self, correlation_id: str, body: bytes) -> None:
        answer = self._waiting.get(correlation_id)
        if answer is None or answer.done():
            BUS_UNKNOWN_REPLIES.inc()
            return
        try:
            parsed = json.loads(body)
        except ValueError:
            parsed = None
        if isinstance(parsed, dict):
            answer.set_result(parsed)
        else:
            self._fail(correlation_id, "unknown")

    def _undelivered(self, correlation_id: str) -> None:
        self._fail(correlation_id, "none")

    def _fail(self, correlation_id: str, outcome: str) -> None:
        answer = self._waiting.get(correlation_id)
        if answer is not None and not answer.done():
            answer.set_exception(ServiceError("unavailable", outcome=outcome))

    def _heard(self, body: bytes) -> None:
        try:
            envelope = Envelope.model_validate_json(body)
            for event, listener in self._listeners:
                if (event.source, event.name) == (envelope.source, envelope.type):
                    listener(envelope)
        except ValueError:
            log.warning("an event could not be read")
            self.on_missed()
