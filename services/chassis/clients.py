"""Clients of outsiders: typed RPC to other services, HTTP; each refuses inside an open unit of work."""

import json
import logging
import time
import uuid
from typing import Any, cast

import eventlet
import httpx
from amqp.exceptions import AMQPError
from eventlet.event import Event as Answer
from kombu import Queue
from kombu.exceptions import OperationalError
from kombu.message import Message
from nameko.extensions import DependencyProvider, SharedExtension

from services.chassis import calls, guard, metrics
from services.chassis.bus import RPC_EXCHANGE, BusConsumer, Publisher, read_json
from services.common.settings import service_of
from services.common.tracing import new_traceparent, trace_of
from services.contracts import wire
from services.contracts.base import Operation, ReplyT, RequestT
from services.contracts.caller import Caller
from services.contracts.errors import ServiceError, WireError

log = logging.getLogger(__name__)
_REPLY_QUEUE_EXPIRES = 300_000


class Replies(SharedExtension):  # type: ignore[misc]
    """The process's reply queue; an answer nobody waits for any more is dropped."""

    consumer = BusConsumer()
    prefetch = 100

    def setup(self) -> None:
        self.routing_key = str(uuid.uuid4())
        self._waiting: dict[str, Answer] = {}
        self.queue = Queue(
            wire.reply_queue(self.container.service_name, self.routing_key),
            exchange=RPC_EXCHANGE,
            routing_key=self.routing_key,
            queue_arguments={"x-expires": _REPLY_QUEUE_EXPIRES},
        )
        self.consumer.register_provider(self)

    def stop(self) -> None:
        self.consumer.unregister_provider(self)

    def expect(self, correlation_id: str) -> Answer:
        answer = self._waiting[correlation_id] = Answer()
        return answer

    def forget(self, correlation_id: str) -> None:
        self._waiting.pop(correlation_id, None)

    def handle_message(self, message: Message) -> None:
        self.consumer.ack_message(message)
        answer = self._waiting.pop(str(message.properties.get("correlation_id")), None)
        if answer is None:
            return
        try:
            answer.send(read_json(message))
        except ValueError:
            log.warning("an answer could not be read")
            answer.send(None)


class RpcClient(DependencyProvider):  # type: ignore[misc]
    """`rpc = RpcClient("billing")`: typed calls to the named services; the names make the RPC graph."""

    replies = Replies()

    def __init__(self, *services: str) -> None:
        self.services = services

    def setup(self) -> None:
        service = self.container.service_name
        url = self.container.config["settings"].amqp_url.get_secret_value()
        self.caller = Caller(kind="service", service=service)
        self.publisher = Publisher(url, f"{service}-client")

    def get_dependency(self, worker_ctx: Any) -> "RpcClient":
        return self

    def call(
        self, operation: Operation[RequestT, ReplyT], request: RequestT, *, key: str | None = None
    ) -> ReplyT:
        """Call and wait, at most the operation's timeout and what is left of our own caller's deadline.

        Raises the ServiceError that the service answered, or `unavailable`: with `details["outcome"]` `none`
        the request surely never ran, with `unknown` it may have.
        """
        guard.refuse_inside_unit("RPC")
        if service_of(operation.service) not in self.services:
            raise RuntimeError(f"{operation.service} is not among the declared callees {self.services}")
        started, code = time.perf_counter(), "ok"
        try:
            return self._call(operation, request, key)
        except ServiceError as error:
            code = error.code
            raise
        finally:
            metrics.CLIENT_SECONDS.labels(operation.routing_key, code).observe(time.perf_counter() - started)

    def _call(self, operation: Operation[RequestT, ReplyT], request: RequestT, key: str | None) -> ReplyT:
        here = calls.current()
        timeout = min(operation.timeout, here.remaining())
        if timeout <= 0:
            raise ServiceError("unavailable", outcome="none")
        correlation_id = str(uuid.uuid4())
        answer = self.replies.expect(correlation_id)
        try:
            self._publish(operation, request, key, timeout, correlation_id, here)
            with eventlet.Timeout(timeout):
                body = answer.wait()
        except eventlet.Timeout as error:
            raise ServiceError("unavailable", outcome="unknown") from error
        finally:
            self.replies.forget(correlation_id)
        if not isinstance(body, dict):
            raise ServiceError("unavailable", outcome="unknown")
        if body.get("error"):
            raise ServiceError.from_wire(WireError.model_validate(body["error"]))
        return operation.reply.model_validate(body["result"])

    def _publish(
        self,
        operation: Operation[Any, Any],
        request: Any,
        key: str | None,
        timeout: float,
        correlation_id: str,
        here: calls.Call,
    ) -> None:
        acting = here.caller.model_copy(update={"service": self.caller.service})
        caller = acting if here.caller.user else self.caller
        headers = {
            wire.TRACEPARENT: new_traceparent(trace_of(here.traceparent)),
            wire.CALLER: caller.model_dump_json(exclude_none=True),
            wire.DEADLINE: int((time.time() + timeout) * 1000),
        }
        if key is not None:
            headers[wire.IDEMPOTENCY_KEY] = key
        try:
            self.publisher.publish(
                json.dumps(wire.request_body(request.model_dump(mode="json")), ensure_ascii=False),
                RPC_EXCHANGE,
                operation.routing_key,
                kind="request",
                confirm=True,
                mandatory=True,
                reply_to=self.replies.routing_key,
                correlation_id=correlation_id,
                expiration=timeout,
                headers=headers,
            )
        except (OperationalError, AMQPError, OSError) as error:
            log.warning("a request could not be published", exc_info=error)
            raise ServiceError("unavailable", outcome="none") from error


class BoundedHttp(httpx.Client):
    """Its timeout bounds the whole exchange: httpx alone lets every byte of an answer take that long."""

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        late = httpx.ReadTimeout("the whole answer takes too long", request=request)
        with eventlet.Timeout(self.timeout.read, late):
            return super().send(request, **options)


class HttpClient(DependencyProvider):  # type: ignore[misc]
    """An httpx client with short timeouts that refuses inside a unit of work."""

    def __init__(self, timeout: float = 5.0) -> None:
        self.timeout = timeout

    def setup(self) -> None:
        self.client = BoundedHttp(
            timeout=self.timeout,
            follow_redirects=False,
            trust_env=False,
            event_hooks={"request": [lambda _: guard.refuse_inside_unit("HTTP")]},
        )

    def stop(self) -> None:
        self.client.close()

    def get_dependency(self, worker_ctx: Any) -> httpx.Client:
        return self.client


def http_client(timeout: float = 5.0) -> httpx.Client:
    """`http = http_client()`: the provider, typed as what the service gets."""
    return cast(httpx.Client, HttpClient(timeout))
