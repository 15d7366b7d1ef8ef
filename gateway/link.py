"""One pika connection of the bus client, from opening to its end: callbacks turned into futures."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any
from uuid import uuid4

import pika
from pika.adapters.asyncio_connection import AsyncioConnection

from services.contracts import wire
from services.contracts.base import Event

_OPEN_SECONDS = 10


class Link:
    """Publishes with confirms and `mandatory` on one channel, consumes on another."""

    def __init__(
        self,
        url: str,
        process: str,
        answered: Callable[[str, bytes], None],
        undelivered: Callable[[str], None],
        heard: Callable[[bytes], None],
    ) -> None:
        self._parameters = pika.URLParameters(url)
        self._parameters.heartbeat = 10
        self._parameters.socket_timeout = 5
        self._parameters.stack_timeout = 8
        self._parameters.client_properties = {"connection_name": f"svet-{process}"}
        self._process = process
        self._answered, self._undelivered, self._heard = answered, undelivered, heard
        self._unique = str(uuid4())
        self._unconfirmed: dict[int, str] = {}
        self._tag = 0
        self._connection: Any = None
        self._given_up = False
        self._publishing: Any = None
        self.closed: asyncio.Future[BaseException] = asyncio.get_running_loop().create_future()

    async def open(self, events: Sequence[Event[Any]]) -> None:
        """Connect, declare and consume; raises what closed the connection meanwhile, or TimeoutError."""
        async with asyncio.timeout(_OPEN_SECONDS):
            self._connection = await self._connect()
            setup = asyncio.create_task(self._setup(events))
            first: set[asyncio.Future[Any]] = {setup, self.closed}
            try:
                await asyncio.wait(first, return_when=asyncio.FIRST_COMPLETED)
                if self.closed.done():
                    raise self.closed.result()
                await setup
            finally:
                setup.cancel()

    async def _setup(self, events: Sequence[Event[Any]]) -> None:
        """The reply queue is bound before the first request can leave."""
        self._publishing = await self._channel()
        await self._publishing_setup()
        await self._consuming_setup(await self._channel(), events)

    def publish(
        self, routing_key: str, body: bytes, correlation_id: str, timeout: float, headers: dict[str, Any]
    ) -> None:
        """Send a request; its message dies in the queue when the caller no longer waits."""
        self._tag += 1
        self._unconfirmed[self._tag] = correlation_id
        self._publishing.basic_publish(
            wire.RPC_EXCHANGE,
            routing_key,
            body,
            pika.BasicProperties(
                content_type=wire.CONTENT_TYPE,
                content_encoding=wire.CONTENT_ENCODING,
                delivery_mode=2,
                reply_to=self._unique,
                correlation_id=correlation_id,
                expiration=str(int(timeout * 1000)),
                headers=headers,
            ),
            mandatory=True,
        )

    def close(self) -> None:
        """End the connection, also one that is still being made."""
        self._given_up = True
        if self._connection is not None and self._connection.is_open:
            self._connection.close()

    async def _connect(self) -> Any:
        opened: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        AsyncioConnection(
            self._parameters,
            on_open_callback=lambda connection: (
                connection.close() if self._given_up else _set(opened, connection)
            ),
            on_open_error_callback=lambda _, error: _fail(opened, _error(error)),
            on_close_callback=lambda _, reason: self._ended(reason),
        )
        return await opened

    async def _channel(self) -> Any:
        opened: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._connection.channel(on_open_callback=lambda channel: _set(opened, channel))
        channel = await opened
        channel.add_on_close_callback(lambda _, reason: self._ended(reason))
        return channel

    async def _publishing_setup(self) -> None:
        ready: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._publishing.add_on_return_callback(
            lambda _channel, _method, properties, _body: self._undelivered(properties.correlation_id)
        )
        self._publishing.confirm_delivery(
            ack_nack_callback=self._confirmed, callback=lambda frame: _set(ready, frame)
        )
        await ready

    def _confirmed(self, frame: Any) -> None:
        method = frame.method
        tags = (
            [t for t in self._unconfirmed if t <= method.delivery_tag]
            if method.multiple
            else [method.delivery_tag]
        )
        for tag in tags:
            correlation_id = self._unconfirmed.pop(tag, None)
            if correlation_id is not None and isinstance(method, pika.spec.Basic.Nack):
                self._undelivered(correlation_id)

    async def _consuming_setup(self, channel: Any, events: Sequence[Event[Any]]) -> None:
        queue = wire.reply_queue(self._process, self._unique)
        await _done(channel.exchange_declare, wire.RPC_EXCHANGE, exchange_type="topic", durable=True)
        await _done(channel.queue_declare, queue, exclusive=True, auto_delete=True)
        await _done(channel.queue_bind, queue, wire.RPC_EXCHANGE, self._unique)
        await self._consume(
            channel, queue, lambda props, body: self._answered(props.correlation_id or "", body)
        )
        if not events:
            return
        broadcast = wire.broadcast_queue(self._process, self._unique)
        await _done(channel.queue_declare, broadcast, exclusive=True, auto_delete=True)
        for event in events:
            exchange = wire.events_exchange(event.source)
            await _done(channel.exchange_declare, exchange, exchange_type="topic", durable=True)
            await _done(channel.queue_bind, broadcast, exchange, event.name)
        await self._consume(channel, broadcast, lambda _, body: self._heard(body))

    async def _consume(self, channel: Any, queue: str, take: Callable[[Any, bytes], None]) -> None:
        ready: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        channel.basic_consume(
            queue,
            on_message_callback=lambda _channel, _method, properties, body: take(properties, body),
            auto_ack=True,
            callback=lambda frame: _set(ready, frame),
        )
        await ready

    def _ended(self, reason: Any) -> None:
        """The connection or a channel is gone: the whole link is given up."""
        if not self.closed.done():
            self.closed.set_result(_error(reason))
        self.close()


async def _done(method: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    finished: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    method(*args, **kwargs, callback=lambda frame: _set(finished, frame))
    await finished


def _set(future: "asyncio.Future[Any]", value: Any) -> None:
    if not future.done():
        future.set_result(value)


def _fail(future: "asyncio.Future[Any]", error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)


def _error(reason: Any) -> BaseException:
    return reason if isinstance(reason, BaseException) else ConnectionError(str(reason))
