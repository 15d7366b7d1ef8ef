"""The call being served: who acts, until when, under which idempotency key and trace."""

import contextvars
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from services.common import logs
from services.common.tracing import new_traceparent, trace_of
from services.contracts.caller import ANONYMOUS, Caller

_BACKGROUND_SECONDS = 30.0


def _background_deadline() -> float:
    return time.time() + _BACKGROUND_SECONDS


@dataclass(frozen=True)
class Call:
    """`operation` names what runs (`readings.submit_reading`, `inbox:payment.succeeded`, `poller`)."""

    operation: str
    caller: Caller = ANONYMOUS
    deadline: float = field(default_factory=_background_deadline)
    """Unix seconds, real time."""
    key: str | None = None
    traceparent: str = field(default_factory=new_traceparent)

    def remaining(self) -> float:
        """Seconds until the deadline; negative when it has passed."""
        return self.deadline - time.time()


_current: contextvars.ContextVar[Call | None] = contextvars.ContextVar("call", default=None)


def current() -> Call:
    """The call that this greenlet serves; a background call when it serves none."""
    return _current.get() or Call("background")


@contextmanager
def entered(call: Call) -> Iterator[Call]:
    """Serve `call` in this greenlet: its trace goes to every log line and onward call."""
    token = _current.set(call)
    trace = logs.trace_id.set(trace_of(call.traceparent) or "")
    try:
        yield call
    finally:
        logs.trace_id.reset(trace)
        _current.reset(token)
