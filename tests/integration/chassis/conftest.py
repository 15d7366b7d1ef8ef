"""A database of its own with the chassis' tables, and a raw hand on the broker."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import pika
import psycopg
import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from deploy.local.system import LocalSystem
from services.chassis.db import Units
from services.chassis.schema import metadata


@pytest.fixture
def units(system: LocalSystem) -> Iterator[Units]:
    """Units of work on an empty database with outbox, inbox, parked and idempotency."""
    name = f"scratch_{uuid4().hex[:8]}"
    admin = system.urls.database_admin
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    url = urlunsplit(urlsplit(admin)._replace(path=f"/{name}"))
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=NullPool)
    metadata.create_all(engine)
    yield Units(engine)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


class RawBroker:
    """Publishes anything at all, as the broker's administrator."""

    def __init__(self, url: str) -> None:
        self.connection = pika.BlockingConnection(pika.URLParameters(url))
        self.channel = self.connection.channel()

    def publish(self, exchange: str, key: str, body: bytes | Any, **properties: Any) -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.channel.basic_publish(exchange, key, raw, pika.BasicProperties(**properties))


@pytest.fixture
def broker(system: LocalSystem) -> Iterator[RawBroker]:
    raw = RawBroker(system.urls.broker_admin)
    yield raw
    raw.connection.close()


@pytest.fixture
def parked_in(database: Callable[[str], "psycopg.Connection[Any]"]) -> Callable[..., list[tuple[str, str]]]:
    """`parked_in("billing", since)`: (kind, reason) of messages parked after a number."""

    def look(service: str, since: int) -> list[tuple[str, str]]:
        query = "SELECT kind, reason FROM parked WHERE id > %s ORDER BY id"
        return [(row[0], row[1]) for row in database(service).execute(query, (since,)).fetchall()]

    return look
