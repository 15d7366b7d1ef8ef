"""A process of a service: `python -m services.chassis.run NAME`, where NAME is `billing` or `billing-closing`."""

import os

os.environ["PSYCOPG_WAIT_FUNC"] = "wait_select"
os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")

import warnings

warnings.filterwarnings("ignore", message="(?s).*Eventlet is deprecated.*")

import eventlet  # noqa: E402

eventlet.monkey_patch()

import gc  # noqa: E402
import logging  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
from importlib import import_module  # noqa: E402

import kombu.pools  # noqa: E402
from kombu import Connection  # noqa: E402
from nameko.containers import ServiceContainer  # noqa: E402
from pydantic import ValidationError  # noqa: E402
from sqlalchemy import text  # noqa: E402
from sqlalchemy.exc import OperationalError  # noqa: E402
from tenacity import before_sleep_log, retry, stop_after_delay, wait_fixed  # noqa: E402

from services.chassis.config import settings_of  # noqa: E402
from services.chassis.db import assert_green, assert_queries_overlap, make_engine  # noqa: E402
from services.chassis.service import Service  # noqa: E402
from services.common import logs  # noqa: E402
from services.common.settings import ServiceSettings, service_of  # noqa: E402

log = logging.getLogger("svet.run")
_NICENESS = 10
"""Of a process that draws for people who wait: those who only look come first."""
_ALLOCATIONS = 50_000
"""Of background work, between two looks for garbage: a batch makes many objects and leaves no cycles to speak of."""


def service_class(name: str) -> type[Service]:
    """The class of this name: `billing` of billing/service.py, `billing-closing` of billing/closing_service.py."""
    service, _, role = name.partition("-")
    module = import_module(f"services.{service}.{role}_service" if role else f"services.{service}.service")
    found = [v for v in vars(module).values() if isinstance(v, type) and getattr(v, "name", None) == name]
    return found[0]


def wait_for_outsiders(settings: ServiceSettings, name: str) -> None:
    """Wait for broker and database, at most `start_timeout_seconds`; then the supervisor's next start tries."""
    patiently = retry(
        stop=stop_after_delay(settings.start_timeout_seconds),
        wait=wait_fixed(0.3),
        before_sleep=before_sleep_log(log, logging.INFO),
        reraise=True,
    )

    @patiently
    def broker() -> None:
        with Connection(settings.amqp_url.get_secret_value(), connect_timeout=5) as connection:
            connection.connect()

    @patiently
    def database() -> None:
        engine = make_engine(settings, name)
        try:
            with engine.connect() as connection:
                connection.execute(text("SELECT 1 FROM alembic_version"))
            assert_queries_overlap(engine)
        finally:
            engine.dispose()

    broker()
    database()


def stop(container: ServiceContainer, settings: ServiceSettings) -> None:
    """Finish what runs, at most `stop_timeout_seconds`, then leave all the same: messages go back to the queue."""
    try:
        with eventlet.Timeout(settings.stop_timeout_seconds):
            container.stop()
    except eventlet.Timeout:
        log.error("graceful stop took too long")
        os._exit(1)


def serve(service: type[Service], settings: ServiceSettings) -> None:
    """Run one service class until SIGTERM or SIGINT."""
    name = service.name
    logs.configure(name, settings.log_level)
    assert_green()
    try:
        wait_for_outsiders(settings, name)
    except (OperationalError, OSError) as error:
        log.error("broker or database cannot be reached", exc_info=error)
        sys.exit(1)
    kombu.pools.set_limit(settings.workers * 2 + 10)
    config = {"AMQP_URI": settings.amqp_url.get_secret_value(), "max_workers": settings.workers}
    container = ServiceContainer(service, config | {"settings": settings})
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *_: eventlet.spawn_n(stop, container, settings))
    container.start()
    log.info("started")
    # What a process begins with lives as long as it does: looking through it for garbage stops everyone for 0.1 s.
    gc.collect()
    gc.freeze()
    # Only now: on a busy machine it would take minutes to start.
    if service.background:
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        gc.set_threshold(_ALLOCATIONS)
    elif service_of(name) != name:
        os.nice(_NICENESS)
    container.wait()
    log.info("stopped")


def main(name: str) -> None:
    """Run the service of this name with the settings of its environment."""
    try:
        settings = settings_of(name)
    except (ValidationError, ValueError) as error:
        sys.exit(f"{name}: settings: {error}")
    serve(service_class(name), settings)


if __name__ == "__main__":
    main(sys.argv[1])
