"""The chassis' own metrics; labels are bounded by the contracts."""

from prometheus_client import Counter, Gauge, Histogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

RPC_SECONDS = Histogram(
    "svet_rpc_seconds", "Time to serve a request", ["operation", "code"], buckets=_SECONDS
)
RPC_IN_FLIGHT = Gauge("svet_rpc_in_flight", "Requests being served")
RPC_EXPIRED = Counter(
    "svet_rpc_expired_total", "Requests dropped because nobody waits any more", ["operation"]
)
CLIENT_SECONDS = Histogram(
    "svet_rpc_client_seconds", "Time a call to another service took", ["operation", "code"], buckets=_SECONDS
)
REPLIES_LOST = Counter("svet_rpc_replies_lost_total", "Replies that could not be published")
STATEMENTS = Counter("svet_db_statements_total", "SQL statements", ["operation"])
OUTBOX_SIZE = Gauge("svet_outbox_size", "Events waiting to be published")
OUTBOX_AGE = Gauge("svet_outbox_age_seconds", "Age of the oldest event waiting to be published")
OUTBOX_PUBLISHED = Counter("svet_outbox_published_total", "Events published", ["event"])
INBOX_EVENTS = Counter("svet_inbox_events_total", "Events handled", ["handler", "outcome"])
INBOX_PENDING = Gauge("svet_inbox_pending", "Events waiting for another attempt")
PARKED = Gauge("svet_parked", "Messages parked", ["kind"])
DB_POOL = Gauge("svet_db_pool_connections", "Database connections", ["state"])
DB_POOL_LIMIT = Gauge("svet_db_pool_limit", "The most database connections the pool may open")
