"""Loading a registry against a bare COPY of the same files in the same run, and the memory it takes."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from deploy.local.system import LocalSystem
from deploy.registry.format import LAYOUTS
from deploy.registry.generate import run as generate
from deploy.registry.tables import PACKAGES, TABLES

ACCOUNTS, MANY_ACCOUNTS = 100_000, 400_000
SPEED_AT_LEAST, MEMORY_AT_MOST = 0.25, 1.2
AS_OF = date(2026, 11, 20)

# The files' own columns and keys, in the types a service would give them.
_BARE_TABLES = {
    "accounts.csv": "account text PRIMARY KEY, settlement text, street text, house text, flat text, postcode text, "
    "residents int, tariff_group text, area_m2 numeric",
    "meters.csv": "account text, serial text, model text, zones smallint, digits smallint, kind text, state text, "
    "installed_on date, verification_due date, PRIMARY KEY (account, serial)",
    "balances.csv": "account text PRIMARY KEY, opening_balance bigint, bill_period text, bill_amount bigint, "
    "bill_published_at timestamptz, bill_due_on date",
    "readings.csv": "account text, serial text, zone smallint, value int, taken_on date, source text, "
    "PRIMARY KEY (account, serial, zone)",
}
_BLOCK = 1 << 18
_LOAD = """
import json, resource, sys, time
from io import StringIO
from pathlib import Path
from rich.console import Console
from deploy.registry.load import run
began = time.perf_counter()
code = run(Path(sys.argv[1]), json.loads(sys.argv[2]), console=Console(file=StringIO()))
took = time.perf_counter() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"code": code, "seconds": took, "peak_kib": peak}))
"""


def run(accounts: int = ACCOUNTS, many: int = MANY_ACCOUNTS, rounds: int = 3) -> dict[str, float]:
    """Accounts per second and their ratio (medians of alternating rounds), peaks in MiB and theirs."""
    with tempfile.TemporaryDirectory() as folder, LocalSystem.temporary(processes=[]) as system:
        system.start_servers()
        system.migrate(["billing", "readings"])
        package, large = Path(folder) / "package", Path(folder) / "large"
        generate(accounts, 1, AS_OF, package)
        generate(many, 1, AS_OF, large)
        urls = {service: system.urls.databases[service] for service in TABLES}
        bare: list[float] = []
        loads: list[dict[str, float]] = []
        for _ in range(rounds):
            bare.append(_bare_copy(urls["billing"], package))
            _empty(system.urls.database_admin, urls)
            loads.append(_load(package, urls))
        _empty(system.urls.database_admin, urls)
        peak, large_peak = max(load["peak_kib"] for load in loads), _load(large, urls)["peak_kib"]
    bare_seconds = statistics.median(bare)
    seconds = statistics.median(load["seconds"] for load in loads)
    to_bare, peaks = bare_seconds / seconds, large_peak / peak
    return {
        "accounts": accounts,
        "bare_copy_accounts_per_second": round(accounts / bare_seconds),
        "import_accounts_per_second": round(accounts / seconds),
        "import_to_bare_copy": round(to_bare, 3),
        "required": SPEED_AT_LEAST,
        "peak_mib": round(peak / 1024, 1),
        f"peak_mib_of_{many}": round(large_peak / 1024, 1),
        "peak_ratio": round(peaks, 3),
        "peak_ratio_at_most": MEMORY_AT_MOST,
        "passed": to_bare >= SPEED_AT_LEAST and peaks <= MEMORY_AT_MOST,
    }


def _bare_copy(url: str, package: Path) -> float:
    """Seconds to COPY the files as they are, in one transaction."""
    with psycopg.connect(url) as connection:
        connection.execute("DROP SCHEMA IF EXISTS bare CASCADE")
        connection.execute("CREATE SCHEMA bare")
        for layout in LAYOUTS:
            table = layout.file.removesuffix(".csv")
            connection.execute(f"CREATE TABLE bare.{table} ({_BARE_TABLES[layout.file]})".encode())
        connection.commit()
        began = time.perf_counter()
        for layout in LAYOUTS:
            statement = f"COPY bare.{layout.file.removesuffix('.csv')} FROM STDIN WITH (FORMAT csv, HEADER)"
            with (
                (package / layout.file).open("rb") as file,
                connection.cursor() as cursor,
                cursor.copy(statement.encode()) as copy,
            ):
                while block := file.read(_BLOCK):
                    copy.write(block)
        connection.commit()
        return time.perf_counter() - began


def _load(package: Path, urls: Mapping[str, str]) -> dict[str, float]:
    """An import in a process of its own, so that its peak memory is its own too."""
    command = [sys.executable, "-c", _LOAD, str(package), json.dumps(dict(urls))]
    told: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    if told["code"] != 0:
        raise RuntimeError(f"the import ended with {told['code']}")
    return told


def _empty(admin: str, urls: Mapping[str, str]) -> None:
    """Empties the services' tables as a superuser may: the ledger refuses it to its own service."""
    for service, url in urls.items():
        database = urlunsplit(urlsplit(admin)._replace(path=urlsplit(url).path))
        with psycopg.connect(database) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(f"TRUNCATE {', '.join([*TABLES[service], PACKAGES])}".encode())
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("CHECKPOINT")


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))  # noqa: T201
