"""W3C trace context: one trace id follows a request through every process."""

import re
import secrets

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


def new_traceparent(trace: str | None = None) -> str:
    """A `traceparent` value with a fresh span, in the given trace or in a new one."""
    return f"00-{trace or secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def trace_of(traceparent: str | None) -> str | None:
    """The trace id of a `traceparent` value; None for anything malformed."""
    match = _TRACEPARENT.fullmatch(traceparent or "")
    return match.group(1) if match else None
