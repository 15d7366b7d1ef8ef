"""What happens to every request: trace, size limit, security headers, metrics."""

import time

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.errors import problem
from gateway.metrics import HTTP_IN_FLIGHT, HTTP_SECONDS
from services.common import logs
from services.common.tracing import new_traceparent, trace_of
from services.contracts.errors import ServiceError

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class TooLarge(Exception):
    """The body went over the limit while it was being read."""


class Envelope:
    """The outermost layer around the application."""

    def __init__(self, app: ASGIApp, max_body_bytes: int, secure: bool) -> None:
        self.app = app
        self.max_body_bytes = max_body_bytes
        self.headers = dict(_HEADERS)
        if secure:
            self.headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500
        headers = dict(scope["headers"])
        traceparent = new_traceparent(trace_of(headers.get(b"traceparent", b"").decode("latin-1")))
        scope.setdefault("state", {})["traceparent"] = traceparent
        token = logs.trace_id.set(trace_of(traceparent) or "")
        begun = False

        async def sending(message: Message) -> None:
            nonlocal status, begun
            if message["type"] == "http.response.start":
                status, begun = message["status"], True
                out = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    out.setdefault(name, value)
                if scope["path"].startswith("/api/"):
                    out.setdefault("Cache-Control", "no-store")
            await send(message)

        with HTTP_IN_FLIGHT.track_inprogress():
            try:
                if _declared_length(headers) > self.max_body_bytes:
                    raise TooLarge
                await self.app(scope, self._bounded(receive), sending)
            except TooLarge:
                if not begun:
                    await problem(ServiceError("too_large"))(scope, receive, sending)
            finally:
                route = getattr(scope.get("route"), "path", "unmatched")
                HTTP_SECONDS.labels(route, scope["method"], str(status)).observe(
                    time.perf_counter() - started
                )
                logs.trace_id.reset(token)

    def _bounded(self, receive: Receive) -> Receive:
        seen = 0

        async def receiving() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.max_body_bytes:
                raise TooLarge
            return message

        return receiving


def _declared_length(headers: dict[bytes, bytes]) -> int:
    text = headers.get(b"content-length", b"0")
    return int(text) if text.isdigit() else 0
