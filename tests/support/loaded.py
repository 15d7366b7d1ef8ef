"""A private system with a small registry loaded: what tests and measurements run against."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deploy.demo.households import households
from deploy.local.system import ALL_PROCESSES, LocalSystem
from deploy.registry import generate, load
from services.common.clock import moscow_date, real_now
from tests.support.households import Households

ACCOUNTS, SEED = 900, 7
AS_OF = moscow_date(real_now()).replace(day=1)
PROCESSES = dict.fromkeys(ALL_PROCESSES, 1) | {"gateway": 2}
SETTINGS = {
    "SVET_ENV": "test",
    "SVET_GATEWAY_TRUSTED_PROXIES": json.dumps(["127.0.0.1"]),
    "SVET_GATEWAY_COOKIE_SECURE": "false",
    "SVET_NOTIFY_LEASE_SECONDS": "5",
    "SVET_PAYMENTS_POLL_INTERVAL": "1",
    "SVET_PAYMENTS_LEASE_SECONDS": "8",
    "SVET_SANDBOX_CALLBACK_INTERVAL_SECONDS": "0.5",
    "SVET_SANDBOX_UNKNOWN_SETTLES_AFTER_SECONDS": "0",
}


CHEAP_HASHES = {"SVET_AUTH_ARGON2_TIME": "1", "SVET_AUTH_ARGON2_MEMORY_KIB": "1024"}
"""Tests hash by the thousand; what a real hash costs is measured by `./svet bench identity`."""


@contextmanager
def loaded_system(package: Path, settings: Mapping[str, str] | None = None) -> Iterator[LocalSystem]:
    """Every process, ready, with `settings` over the usual ones; the registry's files are left in `package`."""
    with LocalSystem.temporary(processes=PROCESSES, settings=SETTINGS | dict(settings or {})) as running:
        running.start()
        generate.run(accounts=ACCOUNTS, seed=SEED, as_of=AS_OF, out=package)
        if load.run(package, running.urls.databases) != 0:
            raise RuntimeError("the registry was not loaded whole")
        running.wait_ready(180)
        yield running


def loaded_households() -> Households:
    """The households of that registry."""
    return Households(households(ACCOUNTS, SEED, AS_OF))
