"""Makes the databases ready before the services start: roles, migrations, and a demo registry in an empty system.

    python -m deploy.docker.setup

reads what deploy.local.provision reads. Safe to repeat; runs at every `docker compose up`.
"""

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import psycopg

from deploy.demo.customer import DEMO_ACCOUNTS, DEMO_SEED
from deploy.local import provision
from deploy.local.bringing import first_of_month
from deploy.local.environment import SERVICES
from deploy.registry import generate, load
from deploy.registry.tables import PACKAGES, TABLES
from services.chassis.migrate import upgrade


def load_demo_registry(databases: Mapping[str, str]) -> int:
    """Load the demo registry unless every database has a package; a load that was cut off is finished.

    The same arguments make the same package, which the databases know by its id.
    """
    if all(_has_package(databases[service]) for service in TABLES):
        print("There is a registry already: the demo registry is left alone.")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "registry"
        generate.run(accounts=DEMO_ACCOUNTS, seed=DEMO_SEED, as_of=first_of_month(), out=package)
        return load.run(package, databases)


def _has_package(database: str) -> bool:
    with psycopg.connect(database, connect_timeout=10) as connection:
        row = connection.execute(f"select exists (select from {PACKAGES})").fetchone()  # noqa: S608
    return row == (True,)


def main() -> int:
    provision.main()
    databases = {service: os.environ[f"SVET_{service.upper()}_DATABASE_URL"] for service in SERVICES}
    for service in SERVICES:
        upgrade(service)
    print("Migrations are done.")
    return load_demo_registry(databases)


if __name__ == "__main__":
    sys.exit(main())
