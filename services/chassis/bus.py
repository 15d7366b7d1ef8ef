"""Publishing to and consuming from RabbitMQ, below RPC and events."""

import json
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from eventlet.event import Event
from kombu import Connection, Exchange
from kombu.message import Message
from kombu.pools import producers
from nameko.messaging import QueueConsumer

from services.chassis import calls
from services.common.metrics import BUS_MESSAGES
from services.contracts import wire

RPC_EXCHANGE = Exchange(wire.RPC_EXCHANGE, type="topic", durable=True)
_SOCKETS = {"connect_timeout": 5, "read_timeout": 10, "write_timeout": 10}
_RETRY_ONCE = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.2}
"""A pooled connection may be stale: one more try on a fresh one, then the caller is told."""


def events_exchange(source: str) -> Exchange:
    return Exchange(wire.events_exchange(source), type="topic", durable=True)


class Publisher:
    """Publishes JSON from any greenlet, over pooled connections."""

    def __init__(self, url: str, process: str) -> None:
        # Looked up once: finding a pool hashes the whole connection, for every message.
        self._pools = {
            confirm: producers[
                Connection(
                    url,
                    transport_options={
                        **_SOCKETS,
                        "confirm_publish": confirm,
                        "client_properties": {"connection_name": f"svet-{process}-publisher"},
                    },
                )
            ]
            for confirm in (True, False)
        }

    def publish(
        self, body: str, exchange: Exchange, routing_key: str, *, kind: str, confirm: bool, **properties: Any
    ) -> None:
        """Publish one message: with `confirm` it is persistent and returns once the broker has it.

        Raises kombu.exceptions.OperationalError when the broker is away, amqp's ChannelError when a mandatory
        message has no queue.
        """
        BUS_MESSAGES.labels(calls.current().operation, kind).inc()
        with self._pools[confirm].acquire(block=True, timeout=5) as producer:
            producer.publish(
                body,
                exchange=exchange,
                routing_key=routing_key,
                content_type=wire.CONTENT_TYPE,
                content_encoding=wire.CONTENT_ENCODING,
                delivery_mode=2 if confirm else 1,
                retry=True,
                retry_policy=_RETRY_ONCE,
                **properties,
            )


class BusConsumer(QueueConsumer):  # type: ignore[misc]
    """Hands over raw messages: decoding is ours, so that a poisonous one is parked and never kills or is lost."""

    def __init__(self) -> None:
        self._leaving: dict[Any, Event] = {}
        super().__init__()

    def leave(self, provider: Any) -> None:
        """Take nothing more from the provider's queue; what was taken can still be acknowledged.

        Waits until it is so: only the greenlet that consumes may speak to the broker on its connection.
        """
        left = self._leaving.setdefault(provider, Event())
        if self._consumers_ready.ready():
            left.wait()

    def on_iteration(self) -> None:
        for provider, left in list(self._leaving.items()):
            if provider in self._consumers:
                self._consumers[provider].cancel()
            if not left.ready():
                left.send()
        super().on_iteration()

    def establish_connection(self) -> Any:
        """Reconnect for ever, at most 3 s apart, so that recovery does not lag the broker."""
        self.connected = False
        connection = self.connection.clone()
        connection.ensure_connection(
            self.on_connection_error, None, interval_start=0.2, interval_step=0.4, interval_max=3
        )
        return connection

    connected = False
    """Whether this process consumes right now."""

    def ack_message(self, message: Message) -> None:
        # A connection that breaks right now: the broker delivers again, and a repeat changes nothing.
        with suppress(OSError):
            super().ack_message(message)

    def requeue_message(self, message: Message) -> None:
        with suppress(OSError):
            super().requeue_message(message)

    def on_consume_ready(self, *args: Any, **kwargs: Any) -> None:
        self.connected = True
        super().on_consume_ready(*args, **kwargs)

    def on_connection_revived(self) -> None:
        self.connected = False

    def get_consumers(self, consumer_cls: Callable[..., Any], channel: Any) -> list[Any]:
        for provider in self._providers:
            consumer = consumer_cls(
                queues=[provider.queue],
                on_message=partial(self._hand_over, provider),
                on_decode_error=lambda message, _, provider=provider: self._hand_over(provider, message),
            )
            consumer.qos(prefetch_count=provider.prefetch)
            self._consumers[provider] = consumer
        return list(self._consumers.values())

    def _hand_over(self, provider: Any, message: Message) -> None:
        self.container.spawn_managed_thread(
            partial(provider.handle_message, message), identifier=provider.queue.name
        )


def read_json(message: Message, longest: int = wire.MAX_BODY) -> Any:
    """The message's body as JSON. Raises ValueError with a reason fit for a parked row."""
    if message.errors:
        raise ValueError("cannot be unpacked")
    if message.content_type != wire.CONTENT_TYPE:
        raise ValueError("content type is not application/json")
    body = message.body
    if len(body) > longest:
        raise ValueError("body is too large")
    try:
        return json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ValueError("body is not JSON") from error


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
