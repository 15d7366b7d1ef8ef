"""The gateway's application in this process, with a bus that answers what a test tells it."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from fastapi import FastAPI

from gateway.app import create_app
from gateway.limits import Limits
from gateway.sessions import Sessions
from gateway.settings import Settings
from services.contracts.base import Event, Operation
from services.contracts.errors import ServiceError


class FakeBus:
    """`answers[OPERATION.name]` is a reply, an error to raise, or a function of the request."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.asked: list[tuple[str, Any]] = []
        self.listeners: dict[str, Callable[[Any], None]] = {}
        self.connected = True
        self.on_missed: Callable[[], None] = lambda: None

    def listen(self, event: Event[Any], listener: Callable[[Any], None]) -> None:
        self.listeners[event.name] = listener

    async def call(self, operation: Operation[Any, Any], request: Any, **_: Any) -> Any:
        self.asked.append((operation.name, request))
        answer = self.answers.get(operation.name, ServiceError("unavailable", outcome="none"))
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, Exception):
            raise answer
        return answer


def settings(**other: Any) -> Settings:
    told = {"amqp_url": "amqp://nowhere", "SVET_ENV": "test", "cookie_secure": False}
    return Settings.model_validate(told | other)


def application(bus: Any = None, **other: Any) -> FastAPI:
    """The application as if it had started, but for its bus."""
    told = settings(**other)
    app = create_app(told)
    app.state.bus = bus or FakeBus()
    app.state.sessions = Sessions(app.state.bus, told.session_cache_seconds)
    app.state.limits = Limits(told)
    return app


class Http:
    """HTTP without a network; exceptions must come out as answers."""

    def __init__(self, app: FastAPI, runner: asyncio.Runner) -> None:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://gateway")
        self._runner = runner

    def request(self, method: str, path: str, **kwargs: Any) -> httpx.Response:
        return self._runner.run(self._client.request(method, path, **kwargs))

    def get(self, path: str, **kwargs: Any) -> httpx.Response:
        return self.request("GET", path, **kwargs)

    def post(self, path: str, **kwargs: Any) -> httpx.Response:
        return self.request("POST", path, **kwargs)


@contextmanager
def client(bus: Any = None, **other: Any) -> Iterator[Http]:
    with asyncio.Runner() as runner:
        yield Http(application(bus, **other), runner)
