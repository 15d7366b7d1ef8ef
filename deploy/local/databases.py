"""A service's database for a command: of the containers' environment, else of this checkout's running system."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from deploy.local.errors import LocalError

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@contextmanager
def session_of(service: str) -> "Iterator[Session]":
    """A transaction in the service's database, under its own role. Raises LocalError when it does not answer."""
    from sqlalchemy.exc import OperationalError

    with session_at(database_of(service)) as session:
        try:
            session.connection()
        except OperationalError as error:
            raise LocalError(f"The database of {service} does not answer.") from error
        yield session


@contextmanager
def session_at(url: str) -> "Iterator[Session]":
    """A transaction in the database of this URL."""
    from sqlalchemy import create_engine
    from sqlalchemy.orm import Session
    from sqlalchemy.pool import NullPool

    driver = url.replace("postgresql://", "postgresql+psycopg://", 1)
    with Session(create_engine(driver, poolclass=NullPool)) as session, session.begin():
        yield session


def database_of(service: str) -> str:
    """SVET_<SERVICE>_DATABASE_URL when it is set, else the URL in the running system.

    Raises LocalError when Svet is not running.
    """
    given = os.environ.get(f"SVET_{service.upper()}_DATABASE_URL")
    if given:
        return given
    from deploy.local.bringing import local_system

    system = local_system()
    if not system.running():
        variable = f"SVET_{service.upper()}_DATABASE_URL"
        raise LocalError(f"Svet is not running. Start it with ./svet up, or set {variable}.")
    return system.urls.databases[service]
