"""Event handlers: `@on(EVENT)` on a method that makes the event's effect in the given transaction."""

import json
import logging
import time
from collections.abc import Callable
from functools import partial, wraps
from typing import Any, TypeVar
from uuid import UUID

import eventlet
from kombu import Queue, binding
from kombu.message import Message
from nameko.extensions import DependencyProvider, Entrypoint, ProviderCollector, SharedExtension
from pydantic import ValidationError
from sqlalchemy.orm import Session

from services.chassis import calls, crash, inbox
from services.chassis.bus import BusConsumer, events_exchange, read_json
from services.chassis.db import EngineExtension
from services.chassis.parking import Parking
from services.common.settings import ServiceSettings
from services.contracts import wire
from services.contracts.base import Event, Payload, PayloadT
from services.contracts.caller import Caller
from services.contracts.events import Envelope

log = logging.getLogger(__name__)
_REST = 0.3
"""Of the time that an event took, so long rests a service of background work: others find the processors free."""
Self = TypeVar("Self")
Handler = Callable[[Self, Session, PayloadT, Envelope], None]


class EventConsumer(SharedExtension, ProviderCollector):  # type: ignore[misc]
    """One durable queue a service class, bound to every event that it handles."""

    consumer = BusConsumer()
    parking = Parking()

    def setup(self) -> None:
        self.prefetch = self.container.max_workers
        self.consumer.register_provider(self)

    def stop(self) -> None:
        self.consumer.unregister_provider(self)

    @property
    def queue(self) -> Queue:
        """The queue with a binding for each handler registered by now."""
        handlers: set[OnEvent] = self._providers
        return Queue(
            wire.events_queue(self.container.service_name),
            bindings=[binding(events_exchange(h.event.source), routing_key=h.event.name) for h in handlers],
            durable=True,
        )

    def handler_of(self, source: str, name: str) -> "OnEvent | None":
        return next((h for h in self._providers if (h.event.source, h.event.name) == (source, name)), None)

    def handle_message(self, message: Message) -> None:
        """Give the event to its handler and acknowledge; a failure here leaves it with the broker."""
        began = time.monotonic()
        try:
            self._handle(message)
        except Exception:
            log.exception("event could not be taken in; it goes back to the broker")
            eventlet.sleep(1)
            self.consumer.requeue_message(message)
            return
        if self.container.service_cls.background:
            eventlet.sleep((time.monotonic() - began) * _REST)
        crash.point("inbox_before_ack")
        self.consumer.ack_message(message)

    def _handle(self, message: Message) -> None:
        info = message.delivery_info
        address = f"{info.get('exchange')}/{info.get('routing_key')}"
        try:
            envelope = Envelope.model_validate(keepable(read_json(message, wire.MAX_EVENT)))
            handler = self.handler_of(envelope.source, envelope.type)
            if handler is None:
                raise ValueError("no handler takes this event")
            payload = handler.event.payload.model_validate(envelope.payload)
        except ValidationError as error:
            names = ", ".join(".".join(map(str, item["loc"])) or item["type"] for item in error.errors())
            self.parking.park("event", address, f"does not fit the contract: {names}", message.body or b"")
        except ValueError as error:
            self.parking.park("event", address, str(error), message.body or b"")
        else:
            handler.receive(envelope, payload, message.headers.get(wire.TRACEPARENT))


class OnEvent(Entrypoint):  # type: ignore[misc]
    """Runs a handler for one kind of event, through the inbox."""

    events = EventConsumer()
    engine = EngineExtension()

    def __init__(self, event: Event[Any], **kwargs: Any) -> None:
        self.event = event
        super().__init__(**kwargs)

    def setup(self) -> None:
        self.events.register_provider(self)

    def stop(self) -> None:
        # Still registered: what was taken from the queue before this must find its method.
        self.events.consumer.leave(self.events)

    def receive(self, envelope: Envelope, payload: Payload, traceparent: Any) -> None:
        """First delivery: wait for the outcome, because the broker's acknowledgement depends on it."""
        self._run(partial(inbox.receive, envelope=envelope), payload, traceparent)

    def attempt(self, event_id: UUID) -> None:
        """Another attempt at a kept event."""
        self._run(partial(inbox.attempt, event_id=event_id), None, None)

    def _run(self, engine_call: Callable[..., str], payload: Payload | None, traceparent: Any) -> None:
        settings: ServiceSettings = self.container.config["settings"]
        operation = f"inbox:{self.event.name}"
        caller = Caller(kind="service", service=self.event.source)
        call = calls.Call(operation, caller, **({"traceparent": traceparent} if traceparent else {}))
        done = eventlet.event.Event()

        def run(effect: inbox.Effect) -> None:
            with calls.entered(call):
                engine_call(
                    self.engine.units,
                    self.method_name,
                    effect=effect,
                    max_attempts=settings.inbox_max_attempts,
                )

        def finished(_: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            done.send(result) if exc_info is None else done.send_exception(*exc_info)
            return result, None

        self.container.spawn_worker(self, (run, payload), {}, handle_result=finished)
        done.wait()


def on(event: Event[PayloadT]) -> Callable[[Handler[Self, PayloadT]], Callable[..., None]]:
    """Handle an event: the method gets the open transaction, the payload and the envelope.

    Its effect and the inbox row commit together, once per event id. It must not speak to the network (RPC, HTTP
    and SMTP refuse inside a transaction). An exception keeps the event for another attempt, later parks it.
    """

    def decorate(method: Handler[Self, PayloadT]) -> Callable[..., None]:
        @wraps(method)
        def run(self: Self, engine_run: Callable[[inbox.Effect], None], payload: PayloadT | None) -> None:
            def effect(session: Session, envelope: Envelope) -> None:
                known = payload or event.payload.model_validate(envelope.payload)
                method(self, session, known, envelope)

            engine_run(effect)

        decorated: Callable[..., None] = OnEvent.decorator(event)(run)
        return decorated

    return decorate


class Retries(DependencyProvider):  # type: ignore[misc]
    """`retries = Retries()`: tries kept events again when their time comes."""

    engine = EngineExtension()
    events = EventConsumer()

    def start(self) -> None:
        self.container.spawn_managed_thread(self._loop, identifier="inbox-retries")

    def _loop(self) -> None:
        interval = self.container.config["settings"].retry_interval_seconds
        while True:
            eventlet.sleep(interval)
            try:
                self._round()
            except Exception:
                log.exception("a round of retries failed")

    def _round(self) -> None:
        handlers: dict[str, OnEvent] = {h.method_name: h for h in self.events._providers}
        with calls.entered(calls.Call("retries")), self.engine.units.begin() as session:
            waiting = inbox.due(session, 50, list(handlers))
        for name, event_id in waiting:
            handlers[name].attempt(event_id)

    def get_dependency(self, worker_ctx: Any) -> None:
        return None


def keepable(body: Any) -> Any:
    """The body itself. Raises ValueError for text that no row can hold: a failing effect would bring it for ever."""
    written = json.dumps(body, ensure_ascii=False)
    if "\\u0000" in written.replace("\\\\", "") or written.encode("utf-8", "replace").decode() != written:
        raise ValueError("holds characters that cannot be kept")
    return body
