"""What happens to every request: trace, size limit, security headers, metrics."""

import logging
import time

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.errors import problem
from gateway.metrics import HTTP_IN_FLIGHT, HTTP_SECONDS
from services.common import logs
from services.common.tracing import new_traceparent, trace_of
from services.contracts.errors import ServiceError

log = logging.getLogger(__name__)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class TooLarge(HTTPException):
    """The body went over the limit while it was being read (FastAPI would take another exception for bad JSON)."""

    def __init__(self) -> None:
        super().__init__(413)


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
        headers = dict(scope["headers"])
        traceparent = new_traceparent(trace_of(headers.get(b"traceparent", b"").decode("latin-1")))
        scope.setdefault("state", {})["traceparent"] = traceparent
        token = logs.trace_id.set(trace_of(traceparent) or "")
        started, status = time.perf_counter(), 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                out = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    out.setdefault(name, value)
            await send(message)

        with HTTP_IN_FLIGHT.track_inprogress():
            try:
                if _declared_length(headers) > self.max_body_bytes:
                    raise TooLarge
                await self.app(scope, self._bounded(receive), sending)
            except Exception as error:
                if status:  # an answer has begun, and can only be broken off
                    raise
                await _refusal(error)(scope, receive, sending)
            finally:
                route = getattr(scope.get("route"), "path", "unmatched")
                method = scope["method"] if scope["method"] in _METHODS else "other"
                HTTP_SECONDS.labels(route, method, str(status)).observe(time.perf_counter() - started)
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


def _refusal(error: Exception) -> ASGIApp:
    """The answer to what no handler of the application took."""
    if isinstance(error, TooLarge):
        return problem(ServiceError("too_large"))
    if not isinstance(error, ClientDisconnect):
        log.exception("unexpected", exc_info=error)
    return problem(ServiceError("internal_error"))


def _declared_length(headers: dict[bytes, bytes]) -> int:
    text = headers.get(b"content-length", b"0")
    return int(text) if text.isdigit() else 0
