"""Migrations: `python -m services.chassis.migrate NAME` brings a service's database to its newest version."""

import os
import sys
from pathlib import Path

from alembic import command, context
from alembic.config import Config
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

_LIMITS = "-c lock_timeout=2000 -c statement_timeout=60000"
"""Migrations run beside the old code: they give up quickly rather than hold others (design rule 16)."""


def upgrade(service: str, revision: str = "head") -> None:
    """Upgrade the database of one service, under its own role; of its settings only the URL is needed."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[1] / service / "migrations"))
    config.attributes["url"] = _database_url(service)
    command.upgrade(config, revision)


def _database_url(service: str) -> str:
    name = f"SVET_{service.upper()}_DATABASE_URL"
    if not (url := os.environ.get(name)):
        sys.exit(f"Please set {name}.")
    return url


def run_environment() -> None:
    """The body of every service's `migrations/env.py`: one transaction a migration, one migrator at a time."""
    url = context.config.attributes["url"].replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, poolclass=NullPool, connect_args={"options": _LIMITS, "connect_timeout": 5})
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(hashtext('svet-migrations'))"))
        connection.commit()
        context.configure(connection=connection, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


@retry(retry=retry_if_exception_type(OSError), stop=stop_after_delay(60), wait=wait_fixed(1), reraise=True)
def _main() -> None:
    for service in sys.argv[1:]:
        upgrade(service)


if __name__ == "__main__":
    _main()
