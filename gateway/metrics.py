"""The gateway's metrics; labels are bounded by routes and contracts."""

from prometheus_client import Counter, Gauge, Histogram

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

HTTP_SECONDS = Histogram(
    "svet_http_seconds", "Time to answer", ["route", "method", "status"], buckets=_SECONDS
)
HTTP_IN_FLIGHT = Gauge("svet_http_in_flight", "Requests being answered")
HTTP_PROBLEMS = Counter("svet_http_problems_total", "Errors answered", ["code"])
BUS_SECONDS = Histogram(
    "svet_bus_call_seconds", "Time of a call on the bus", ["operation", "code"], buckets=_SECONDS
)
BUS_IN_FLIGHT = Gauge("svet_bus_in_flight", "Calls waiting for an answer")
BUS_CONNECTED = Gauge("svet_bus_connected", "1 while the gateway is on the bus")
BUS_UNKNOWN_REPLIES = Counter("svet_bus_unknown_replies_total", "Answers that nobody waited for any more")
SESSION_CACHE = Counter("svet_session_cache_total", "Look-ups of session -> accounts", ["outcome"])
