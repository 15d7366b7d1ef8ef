"""The chassis' tables, the same in every service's database."""

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData()
_moment = DateTime(timezone=True)

outbox = Table(
    "outbox",
    metadata,
    Column("seq", BigInteger, Identity(), primary_key=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("event", Text, nullable=False),
    Column("body", JSONB, nullable=False),
    Column("traceparent", Text, nullable=False),
    Column("created_at", _moment, nullable=False, server_default=text("clock_timestamp()")),
    Column("lease", Uuid),
    Column("leased_until", _moment),
)
"""Events to be published: written with the fact, deleted once the broker has confirmed them."""

inbox = Table(
    "inbox",
    metadata,
    Column("handler", Text, nullable=False),
    Column("event_id", Uuid, nullable=False),
    Column("state", Text, nullable=False),
    Column("body", JSONB),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("next_at", _moment),
    Column("error", Text),
    Column("received_at", _moment, nullable=False, server_default=text("clock_timestamp()")),
    PrimaryKeyConstraint("handler", "event_id"),
)
"""Events that came in: `done` (body erased) or `pending` until an attempt succeeds."""
Index("inbox_due", inbox.c.next_at, postgresql_where=text("state = 'pending'"))

parked = Table(
    "parked",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("kind", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("handler", Text),
    Column("body", Text),
    Column("size", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("parked_at", _moment, nullable=False, server_default=text("clock_timestamp()")),
)
"""Messages that nobody can handle: `kind` is `rpc` (body never kept: it may hold a secret) or `event`."""

idempotency = Table(
    "idempotency",
    metadata,
    Column("scope", Text, nullable=False),
    Column("operation", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("reply", JSONB),
    Column("created_at", _moment, nullable=False, server_default=text("clock_timestamp()")),
    PrimaryKeyConstraint("scope", "operation", "key"),
)
"""Commands that were run: the same key gives the same reply, another body under it is a conflict."""
Index("idempotency_age", idempotency.c.created_at)

erased_users = Table(
    "erased_users",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("erased_at", _moment, nullable=False, server_default=text("clock_timestamp()")),
)
"""Users erased a moment ago, for as long as a command of theirs may still be on its way (erasure.py)."""
