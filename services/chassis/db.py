"""The service's own database: one unit of work is one transaction."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import eventlet
import psycopg.waiting
from nameko.extensions import DependencyProvider, SharedExtension
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.orm import Session

from services.chassis import calls, guard, idempotency, metrics
from services.common.settings import ServiceSettings
from services.contracts.base import Operation, ReplyT, RequestT

# A server that vanished without a word (its machine, the network) is given up after half a minute.
_LIVENESS = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15000,
}
_BACKGROUND_CONNECTIONS = 4
"""Relay, retries, observability and one to spare, beside one for each worker."""


def make_engine(settings: ServiceSettings, process: str) -> Engine:
    """An engine whose statements, locks and idle transactions are bounded, sized to the workers."""
    limits = "-c statement_timeout=8000 -c lock_timeout=4000 -c idle_in_transaction_session_timeout=15000"
    engine = create_engine(
        sqlalchemy_url(settings.database_url.get_secret_value()),
        pool_size=settings.workers + _BACKGROUND_CONNECTIONS,
        max_overflow=0,
        pool_timeout=5,
        pool_recycle=1800,
        hide_parameters=True,
        connect_args=_LIVENESS | {"application_name": f"svet-{process}", "options": limits},
    )
    event.listen(engine, "before_cursor_execute", _count_statement)
    return engine


def sqlalchemy_url(url: str) -> str:
    """A plain `postgresql://` URL under the psycopg 3 driver."""
    return url.replace("postgresql://", "postgresql+psycopg://", 1)


def _count_statement(*_: Any) -> None:
    metrics.STATEMENTS.labels(calls.current().operation).inc()


class Units:
    """Opens units of work on one engine; what services see as `self.db`."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.after_emit: Callable[[], None] = lambda: None
        """Called after a commit that wrote to the outbox, so that the relay need not wait for its tick."""

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """One transaction: committed on leaving, rolled back on any exception; RPC, HTTP and SMTP refuse inside."""
        guard.refuse_inside_unit("a second transaction")
        token = guard.unit_open.set(True)
        try:
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                yield session
                emitted = bool(session.info.get("emitted"))
        finally:
            guard.unit_open.reset(token)
        if emitted:
            self.after_emit()

    def once(
        self, operation: Operation[RequestT, ReplyT], request: RequestT, effect: Callable[[Session], ReplyT]
    ) -> ReplyT:
        """Run a command's effect once per (caller, operation, key): a repeat gets the first reply.

        A concurrent repeat waits for the first to commit. Raises ServiceError `idempotency_conflict` when the
        key came with another body. An effect that raises leaves no record, so that it may be tried again.
        """
        call = calls.current()
        with self.begin() as session:
            stored = idempotency.claim(session, call, operation.routing_key, request)
            if stored is not None:
                return operation.reply.model_validate(stored)
            reply = effect(session)
            idempotency.keep(session, call, operation.routing_key, reply)
            return reply


class EngineExtension(SharedExtension):  # type: ignore[misc]
    """One engine a process, shared by every provider that needs the database."""

    units: Units

    def setup(self) -> None:
        self.units = Units(make_engine(self.container.config["settings"], self.container.service_name))

    def stop(self) -> None:
        self.units.engine.dispose()


class Database(DependencyProvider):  # type: ignore[misc]
    """`db = Database()`: the service's units of work."""

    engine = EngineExtension()

    def get_dependency(self, worker_ctx: Any) -> Units:
        units: Units = self.engine.units
        return units


def assert_green() -> None:
    """Refuse to start when queries would block the hub (see `bus-facts.md` 9): the wait function must be green."""
    chosen = os.environ.get("PSYCOPG_WAIT_FUNC")
    if chosen != "wait_select" or psycopg.waiting.wait is not psycopg.waiting.wait_select:
        raise RuntimeError("PSYCOPG_WAIT_FUNC=wait_select must be set before psycopg is imported")
    if not eventlet.patcher.is_monkey_patched("select"):
        raise RuntimeError("eventlet.monkey_patch() must be the first thing a service process does")


def assert_queries_overlap(engine: Engine) -> None:
    """Two queries of 0.2 s must overlap: proof at start that the hub is never blocked by the database."""

    def sleep(_: int) -> None:
        with engine.connect() as connection:
            connection.execute(text("SELECT pg_sleep(0.2)"))

    with engine.connect() as first, engine.connect() as second:
        first.execute(text("SELECT 1"))
        second.execute(text("SELECT 1"))
    started = time.monotonic()
    list(eventlet.GreenPool(2).imap(sleep, range(2)))
    if time.monotonic() - started > 0.38:
        raise RuntimeError("database queries block the hub: check PSYCOPG_WAIT_FUNC")
