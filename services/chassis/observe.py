"""What SREs see of a service: `/metrics`, `/health/live`, `/health/ready` on its own port."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

import eventlet
from eventlet import wsgi
from nameko.extensions import DependencyProvider
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from services.chassis import calls, inbox, metrics, outbox
from services.chassis.bus import BusConsumer
from services.chassis.db import EngineExtension
from services.common.metrics import tell_build
from services.common.settings import ServiceSettings

log = logging.getLogger(__name__)
StartResponse = Callable[[str, list[tuple[str, str]]], object]
_EVERY_SECONDS = 2.0
_ANSWER_SECONDS = 5.0
"""A database that takes longer to count a few rows is not there."""


class Observability(DependencyProvider):  # type: ignore[misc]
    """`observability = Observability()`: health, metrics and the gauges that need a query now and then."""

    engine = EngineExtension()
    consumer = BusConsumer()

    def setup(self) -> None:
        settings: ServiceSettings = self.container.config["settings"]
        self._database_seen = False
        self._listener = eventlet.listen((settings.http_host, settings.http_port))
        tell_build(self.container.service_name)

    def start(self) -> None:
        self.container.spawn_managed_thread(self._serve, identifier="observability")
        self.container.spawn_managed_thread(self._measure, identifier="gauges")

    def _serve(self) -> None:
        wsgi.server(self._listener, self._answer, log=logging.getLogger("wsgi"), log_output=False)

    def _answer(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/metrics":
            start("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
            return [generate_latest()]
        if path == "/health/live":
            start("200 OK", [("Content-Type", "text/plain")])
            return [b"live\n"]
        if path == "/health/ready":
            missing = self._missing()
            start("503 Service Unavailable" if missing else "200 OK", [("Content-Type", "text/plain")])
            return [(f"waiting for {', '.join(missing)}\n" if missing else "ready\n").encode()]
        start("404 Not Found", [("Content-Type", "text/plain")])
        return [b"not found\n"]

    def _missing(self) -> list[str]:
        broker = self.consumer.connected
        return [name for name, there in (("broker", broker), ("database", self._database_seen)) if not there]

    def _measure(self) -> None:
        while True:
            try:
                with calls.entered(calls.Call("gauges")), eventlet.Timeout(_ANSWER_SECONDS):
                    self._query()
                self._database_seen = True
            except (Exception, eventlet.Timeout) as error:
                self._database_seen = False
                log.warning("the database does not answer", exc_info=error)
            eventlet.sleep(_EVERY_SECONDS)

    def _query(self) -> None:
        units = self.engine.units
        with units.begin() as session:
            session.execute(text("SELECT 1"))
            size, age = outbox.size_and_age(session)
            pending, parked = inbox.counts(session)
        metrics.OUTBOX_SIZE.set(size)
        metrics.OUTBOX_AGE.set(age)
        metrics.INBOX_PENDING.set(pending)
        for kind, count in parked.items():
            metrics.PARKED.labels(kind).set(count)
        pool: Any = units.engine.pool
        metrics.DB_POOL.labels("in_use").set(pool.checkedout())
        metrics.DB_POOL.labels("idle").set(pool.checkedin())
        metrics.DB_POOL_LIMIT.set(pool.size())

    def get_dependency(self, worker_ctx: Any) -> None:
        return None
