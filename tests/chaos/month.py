"""A small town whose month is closed again and again: always from the same rows, by workers that may be killed."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import psycopg

from deploy.demo.visitor import eventually
from deploy.local.databases import session_at
from deploy.local.environment import WORKERS
from deploy.local.system import LocalSystem
from services.billing import console
from services.chassis.outbox import LEASE_SECONDS
from services.common.clock import MOSCOW, real_now
from services.common.period import Period
from tests.support import town

MONTH: Final = Period(2026, 10)
ACCOUNTS, SIZE = 120, 6
BATCHES: Final = ACCOUNTS // SIZE
BAD: Final[Mapping[str, str]] = {
    town.account_number(50): "two_open_meters",
    town.account_number(51): "no_opening_reading",
    town.account_number(52): "reading_of_the_future",
    town.account_number(27): "no price of urban_gas, form 3, night, range 1 for 2026-10",
}
"""Accounts that cannot be charged, and why: told by readings, but for the price."""
CLOSERS: Final = tuple(f"{name}{twin}" for name in WORKERS for twin in ("", "-2"))
TECHNICAL: Final[Mapping[str, frozenset[str]]] = {
    "closings": frozenset({"started_at", "finished_at"}),
    "closing_batches": frozenset({"asked_at"}),
    "bills": frozenset({"published_at"}),
    "postings": frozenset({"occurred_at", "posted_at"}),
}
"""Columns that tell when something was done: the only ones in which two runs may differ."""
BUS: Final = frozenset({"alembic_version", "outbox", "inbox"})
"""Tables of the schema's version and of messages on their way."""
Rows = Mapping[str, list[str]]
_TODAY = datetime(2026, 11, 5, 12, tzinfo=MOSCOW)
_START = """
import sys
from services.billing import console
from services.chassis.outbox import LEASE_SECONDS
from services.common.clock import business_now
from services.common.period import Period
from deploy.local.databases import session_at
with session_at(sys.argv[1]) as session:
    console.start(session, Period.parse(sys.argv[2]), False, business_now(), int(sys.argv[3]))
"""
_EARLIER = f"""
UPDATE outbox SET leased_until = NULL
WHERE leased_until < clock_timestamp() + interval '{LEASE_SECONDS - 3} seconds'
"""
_SPOILT_READINGS = """
INSERT INTO meters (id, account, serial, model, zones, digits, kind, state, installed_on)
VALUES (gen_random_uuid(), '100000050', 'second', 'Меркурий', 1, 6, 'manual', 'working', '2020-01-01');
DELETE FROM readings WHERE account = '100000051' AND period < '2026-10-01';
UPDATE readings SET taken_at = '2026-10-31 12:00+03' WHERE account = '100000052' AND period = '2026-10-01';
"""
_SPOILT_PRICES = "DELETE FROM prices WHERE tariff_group = 'urban_gas' AND form = 3 AND zone = 'night'"
_PUT_RIGHT = """
DELETE FROM meters WHERE serial = 'second';
UPDATE readings SET taken_at = '2026-10-20 12:00+03' WHERE account = '100000052' AND period = '2026-10-01';
"""


class Month:
    """`begin()` closes the month, `rows()` are all rows, `undo()` makes everything as it was before."""

    def __init__(self, system: LocalSystem) -> None:
        self.system = system
        self._services = {
            service: psycopg.connect(town.superuser_url(system, service), autocommit=True)
            for service in ("billing", "readings")
        }
        self._tables = {service: _tables(database) for service, database in self._services.items()}
        self._services["readings"].execute(_SPOILT_READINGS)
        self._services["billing"].execute(_SPOILT_PRICES)
        for service, database in self._services.items():
            database.execute("SET session_replication_role = replica")
            database.execute("CREATE SCHEMA kept")
            for table in self._tables[service]:
                database.execute(f"CREATE TABLE kept.{table} AS TABLE public.{table}".encode())

    def begin(self) -> None:
        with session_at(self.system.urls.databases["billing"]) as session:
            console.start(session, MONTH, False, real_now() + self._offset, SIZE)

    def begin_in_a_process(self) -> int:
        """The same in a process that may be killed; gives its exit code."""
        url = self.system.urls.databases["billing"]
        command = [sys.executable, "-c", _START, url, str(MONTH), str(SIZE)]
        return subprocess.run(command, env=os.environ | dict(self.system.settings)).returncode

    def put_right(self) -> None:
        """Readings of two of the bad accounts become what they should have been."""
        self._services["readings"].execute(_PUT_RIGHT)

    def forget_prices(self, group: str) -> None:
        self._services["billing"].execute("DELETE FROM prices WHERE tariff_group = %s", (group,))

    def done(self) -> int:
        """Batches that are done."""
        found = self._one("SELECT count(*) FROM closing_batches WHERE state = 'done'")
        return int(found)

    def rows(self) -> Rows:
        """Every row of every table but the bus's, without the technical columns."""
        found = {}
        for service, database in self._services.items():
            for table in self._tables[service] - BUS:
                without = list(TECHNICAL.get(table, ()))
                query = (
                    f"SELECT (to_jsonb(t) - %s::text[])::text AS row FROM public.{table} AS t ORDER BY row"
                )
                found[f"{service}.{table}"] = [row for (row,) in database.execute(query.encode(), (without,))]
        return found

    def finished(self) -> Rows:
        """The rows once the month is closed and no event is on its way."""
        eventually(self._quiet, "the month is closed", timeout=120)
        return self.rows()

    def undo(self) -> None:
        for service, database in self._services.items():
            with database.transaction():
                # No TRUNCATE: its lock would meet what the workers look at now and then.
                for table in self._tables[service] - {"alembic_version"}:
                    database.execute(f"DELETE FROM public.{table}".encode())
                    database.execute(f"INSERT INTO public.{table} SELECT * FROM kept.{table}".encode())

    def close(self) -> None:
        for database in self._services.values():
            database.close()

    @property
    def _offset(self) -> timedelta:
        return timedelta(seconds=int(self.system.settings["SVET_BUSINESS_OFFSET"]))

    def _quiet(self) -> bool:
        waiting = 0
        for database in self._services.values():
            # A relay that was killed holds its lease for half a minute: here three seconds are enough.
            database.execute(_EARLIER)
            waiting += database.execute("SELECT count(*) FROM outbox").fetchone()[0]  # type: ignore[index]
        return (
            self._one("SELECT state FROM closings WHERE finished_at > '2026-11-05'") == "done" and not waiting
        )

    def _one(self, query: str) -> Any:
        row = self._services["billing"].execute(query.encode()).fetchone()
        return row and row[0]


def _tables(database: "psycopg.Connection[Any]") -> frozenset[str]:
    query = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    return frozenset(name for (name,) in database.execute(query))


@contextmanager
def month(crash_file: Path) -> Iterator[Month]:
    """A running system with the town in it, on 5 November 2026 by the business clock."""
    settings = {
        "SVET_ENV": "test",
        "SVET_CRASH_FILE": str(crash_file),
        "SVET_BUSINESS_OFFSET": str(int((_TODAY - real_now()).total_seconds())),
    }
    processes = dict.fromkeys(WORKERS, 2)
    with LocalSystem.temporary(processes=processes, settings=settings) as system:
        system.start_servers()
        system.migrate(["billing", "readings"])
        town.build(system, ACCOUNTS, MONTH.previous)
        closing = Month(system)
        system.start_services()
        system.wait_ready(90)
        yield closing
        closing.close()
