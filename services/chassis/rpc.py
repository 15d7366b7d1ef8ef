"""RPC entrypoint: contract in, contract out, deadline, identity, one vocabulary of errors."""

import json
import logging
import secrets
import time
from collections.abc import Callable
from functools import partial, wraps
from typing import Any, TypeVar

import eventlet
from kombu import Queue
from kombu.message import Message
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint, ProviderCollector, SharedExtension
from pydantic import ValidationError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from services.chassis import calls, crash, metrics
from services.chassis.bus import RPC_EXCHANGE, BusConsumer, Publisher, read_json
from services.chassis.parking import Parking
from services.common.tracing import new_traceparent, trace_of
from services.contracts import wire
from services.contracts.base import Operation, ReplyT, RequestT
from services.contracts.caller import Caller
from services.contracts.errors import ServiceError
from services.contracts.validation import field_errors

log = logging.getLogger(__name__)
Self = TypeVar("Self")
Body = dict[str, Any]


class Requests(SharedExtension, ProviderCollector):  # type: ignore[misc]
    """The service's request queue: checks each message, parks what is poisonous, answers the rest."""

    consumer = BusConsumer()
    parking = Parking()

    def setup(self) -> None:
        service = self.container.service_name
        self.prefetch = self.container.max_workers
        self.queue = Queue(
            wire.request_queue(service), exchange=RPC_EXCHANGE, routing_key=f"{service}.*", durable=True
        )
        self.publisher = Publisher(self.container.config["settings"].amqp_url.get_secret_value(), service)
        self.consumer.register_provider(self)

    def stop(self) -> None:
        self.consumer.unregister_provider(self)

    def handle_message(self, message: Message) -> None:
        """Start a worker for a sound request; park any other and tell its caller when there is one."""
        address = str(message.delivery_info.get("routing_key"))
        try:
            entrypoint, request, call = self._read(address, message)
        except ValueError as error:
            self._park(address, str(error), message)
            return
        if call.remaining() <= 0:
            metrics.RPC_EXPIRED.labels(call.operation).inc()
            self.consumer.ack_message(message)
            return
        finished = partial(self._finished, message, call)
        try:
            self.container.spawn_worker(entrypoint, (request, call), {}, handle_result=finished)
        except ContainerBeingKilled:
            self.consumer.requeue_message(message)

    def _read(self, address: str, message: Message) -> "tuple[Rpc, Body, calls.Call]":
        properties, headers = message.properties, message.headers or {}
        if not isinstance(properties.get("reply_to"), str) or not properties.get("correlation_id"):
            raise ValueError("no reply_to or correlation_id")
        body = read_json(message)
        args = body.get("args") if isinstance(body, dict) else None
        if not (isinstance(args, list) and len(args) == 1 and isinstance(args[0], dict)) or body.get(
            "kwargs"
        ):
            raise ValueError("body does not hold one request")
        entrypoint = next((e for e in self._providers if e.operation.routing_key == address), None)
        if entrypoint is None:
            raise ValueError("unknown method")
        try:
            caller = Caller.model_validate_json(headers[wire.CALLER])
            deadline = int(headers[wire.DEADLINE]) / 1000
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise ValueError("no sound caller or deadline") from error
        key, trace = headers.get(wire.IDEMPOTENCY_KEY), trace_of(str(headers.get(wire.TRACEPARENT)))
        if key is not None and not (isinstance(key, str) and 0 < len(key) <= 200):
            raise ValueError("idempotency key is not sound")
        return entrypoint, args[0], calls.Call(address, caller, deadline, key, new_traceparent(trace))

    def _park(self, address: str, reason: str, message: Message) -> None:
        try:
            self.parking.park("rpc", address, reason, message.body or b"")
        except Exception:
            log.exception("cannot park; the message goes back to the broker")
            eventlet.sleep(1)
            self.consumer.requeue_message(message)
            return
        if isinstance(message.properties.get("reply_to"), str):
            self._reply(message, wire.reply_body(None, _wire_error(ServiceError("malformed_request"))))
        self.consumer.ack_message(message)

    def _finished(
        self, message: Message, call: calls.Call, _: Any, result: Any, exc_info: Any
    ) -> tuple[Any, None]:
        with calls.entered(call):
            if result is not None:
                crash.point("rpc_before_reply")
                self._reply(message, result)
            crash.point("rpc_before_ack")
            self.consumer.ack_message(message)
        return result, None

    def _reply(self, message: Message, body: Body) -> None:
        """Neither persistent nor confirmed: a lost reply is a timeout that the idempotency key makes safe."""
        try:
            self.publisher.publish(
                json.dumps(body, ensure_ascii=False),
                RPC_EXCHANGE,
                message.properties["reply_to"],
                kind="reply",
                confirm=False,
                correlation_id=message.properties.get("correlation_id"),
            )
        except Exception:
            metrics.REPLIES_LOST.inc()
            log.exception("a reply could not be published")


class Rpc(Entrypoint):  # type: ignore[misc]
    """A method of the service under its operation's routing key."""

    requests = Requests()

    def __init__(self, operation: Operation[Any, Any], **kwargs: Any) -> None:
        self.operation = operation
        super().__init__(**kwargs)

    def setup(self) -> None:
        if self.operation.routing_key != f"{self.container.service_name}.{self.method_name}":
            raise RuntimeError(f"{self.method_name} does not serve {self.operation.routing_key}")
        self.requests.register_provider(self)
        # There from the start, so that the first request is seen as an increase.
        metrics.RPC_SECONDS.labels(self.operation.routing_key, "ok")

    def stop(self) -> None:
        # Still registered: what was taken from the queue before this must find its method.
        self.requests.consumer.leave(self.requests)


def rpc(
    operation: Operation[RequestT, ReplyT],
) -> Callable[[Callable[[Self, RequestT], ReplyT]], Callable[..., Body | None]]:
    """Serve an operation: the method gets the checked request and returns the reply or raises ServiceError."""

    def decorate(method: Callable[[Self, RequestT], ReplyT]) -> Callable[..., Body | None]:
        @wraps(method)
        def run(self: Self, request: Body, call: calls.Call) -> Body | None:
            with calls.entered(call), metrics.RPC_IN_FLIGHT.track_inprogress():
                started = time.perf_counter()
                result, code = serve(operation, partial(method, self), request, call)
                metrics.RPC_SECONDS.labels(call.operation, code).observe(time.perf_counter() - started)
                return result

        decorated: Callable[..., Body | None] = Rpc.decorator(operation)(run)
        return decorated

    return decorate


def serve(
    operation: Operation[RequestT, ReplyT],
    method: Callable[[RequestT], ReplyT],
    raw: Body,
    call: calls.Call,
) -> tuple[Body | None, str]:
    """The reply's body and its code. Unknown exceptions leak nothing but a reference that the log holds."""
    try:
        request = operation.request.model_validate(raw)
        if operation.idempotent and not call.key:
            raise ServiceError("idempotency_key_missing")
    except ValidationError as error:
        return _refused(ServiceError("invalid_request", field_errors(error)))
    except ServiceError as error:
        return _refused(error)
    try:
        with eventlet.Timeout(call.remaining()):
            return wire.reply_body(method(request).model_dump(mode="json")), "ok"
    except ServiceError as error:
        return _refused(error)
    except (OperationalError, InterfaceError, PoolTimeout, eventlet.Timeout) as error:
        log.warning("an outsider failed", extra={"operation": call.operation}, exc_info=error)
        return _refused(ServiceError("unavailable"))
    except Exception as error:
        failure = ServiceError("internal_error")
        failure.reference = trace_of(call.traceparent) or secrets.token_hex(16)
        log.exception("unexpected", extra={"operation": call.operation}, exc_info=error)
        return _refused(failure)


def _refused(error: ServiceError) -> tuple[Body, str]:
    return wire.reply_body(None, _wire_error(error)), error.code


def _wire_error(error: ServiceError) -> Body:
    return error.to_wire().model_dump(mode="json")
