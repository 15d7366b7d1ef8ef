"""The relay: publishes leased outbox events with confirms, then deletes them."""

import json
import logging
from typing import Any

import eventlet
from kombu import Connection
from nameko.extensions import DependencyProvider

from services.chassis import calls, crash, metrics, outbox
from services.chassis.bus import Publisher, events_exchange
from services.chassis.db import EngineExtension
from services.common.settings import ServiceSettings, service_of
from services.contracts import wire

log = logging.getLogger(__name__)
_BATCH = 100


class Relay(DependencyProvider):  # type: ignore[misc]
    """`relay = Relay()`: every service that tells events declares one. Any number of processes may run it."""

    engine = EngineExtension()

    def setup(self) -> None:
        settings: ServiceSettings = self.container.config["settings"]
        url = settings.amqp_url.get_secret_value()
        self.exchange = events_exchange(service_of(self.container.service_name))
        self.publisher = Publisher(url, f"{self.container.service_name}-relay")
        self._wanted = eventlet.event.Event()
        with Connection(url, connect_timeout=5) as connection:
            self.exchange(connection.default_channel).declare()

    def start(self) -> None:
        self.engine.units.after_emit = self.wake
        self.container.spawn_managed_thread(self._loop, identifier="relay")

    def wake(self) -> None:
        """Publish now rather than at the next tick."""
        if not self._wanted.ready():
            self._wanted.send()

    def _loop(self) -> None:
        interval = self.container.config["settings"].relay_interval_seconds
        while True:
            with eventlet.Timeout(interval, False):
                self._wanted.wait()
            self._wanted = eventlet.event.Event()
            try:
                with calls.entered(calls.Call("relay")):
                    while self.publish_batch() == _BATCH:
                        pass
            except Exception:
                log.exception("relay failed; the events stay in the outbox")
                eventlet.sleep(1)

    def publish_batch(self) -> int:
        """Lease, publish, delete. Gives how many were published; what failed goes back for the next try."""
        with self.engine.units.begin() as session:
            token, waiting = outbox.lease(session, _BATCH)
        published: list[int] = []
        try:
            for event in waiting:
                crash.point("relay_before_publish")
                self._publish(event)
                published.append(event.seq)
                crash.point("relay_after_publish")
        finally:
            if waiting:
                with self.engine.units.begin() as session:
                    outbox.forget(session, token, published)
                    if len(published) < len(waiting):
                        outbox.release(session, token)
        return len(published)

    def _publish(self, event: outbox.Waiting) -> None:
        call = calls.Call(f"event:{event.event}", traceparent=event.traceparent)
        with calls.entered(call):
            self.publisher.publish(
                json.dumps(event.body, ensure_ascii=False),
                self.exchange,
                event.event,
                kind="event",
                confirm=True,
                message_id=str(event.body["id"]),
                headers={wire.TRACEPARENT: event.traceparent},
            )
        metrics.OUTBOX_PUBLISHED.labels(event.event).inc()

    def get_dependency(self, worker_ctx: Any) -> None:
        return None
