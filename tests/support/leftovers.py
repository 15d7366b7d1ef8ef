"""A search for texts in everything a running system keeps: databases, logs, queues, files."""

import hashlib
import json
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import pika
import psycopg
from psycopg import sql

from deploy.local import rabbitmq
from deploy.local.system import LocalSystem

_NO_TEXT = {
    "timestamptz",
    "_timestamptz",
    "date",
    "bool",
    "int2",
    "int4",
    "int8",
    "_int4",
    "_int8",
    "numeric",
    "uuid",
}
"""Types of columns that hold no code or PIN; their digits would be found by chance."""


class Found(NamedTuple):
    """Which needle was found, and where: `auth.users.email`, `log gateway.log`, `queue rpc-auth`."""

    needle: str
    place: str


@dataclass(frozen=True)
class Needle:
    """A text to be found in any of the forms it may be kept in."""

    name: str
    pattern: "re.Pattern[str]" = field(repr=False)
    short: bool = False


def text(name: str, value: str, *, guessable: bool = False) -> Needle:
    """Found as it is, in any case, in a URL, as bytes in hex; what can be guessed, also by its plain hashes."""
    raw = value.encode()
    forms = {value, quote(value), quote(value, safe=""), raw.hex()}
    if guessable:
        forms |= hashes(raw)
    return Needle(name, _any_of(forms))


def number(name: str, digits: str) -> Needle:
    """A code or a PIN: as a word of its own, or by its plain hashes."""
    forms = "|".join(map(re.escape, sorted(hashes(digits.encode()))))
    alone = rf"(?<![\w.:+\-])(?:{re.escape(digits)})(?![\w.:\-])"
    return Needle(name, re.compile(f"{alone}|{forms}", re.IGNORECASE), short=True)


def hashes(raw: bytes) -> set[str]:
    return {hashlib.new(kind, raw).hexdigest() for kind in ("md5", "sha1", "sha256", "sha512")}


def _any_of(forms: Iterable[str]) -> "re.Pattern[str]":
    return re.compile("|".join(map(re.escape, sorted(forms))), re.IGNORECASE)


def search(system: LocalSystem, needles: Iterable[Needle]) -> set[Found]:
    """Everywhere."""
    wanted = list(needles)
    found = {
        Found(needle.name, place)
        for place, kept, digits in _everything(system)
        for needle in wanted
        if (digits or not needle.short) and needle.pattern.search(kept)
    }
    return found


def _everything(system: LocalSystem) -> Iterator[tuple[str, str, bool]]:
    """(place, what it keeps, whether it may hold digits that mean something)."""
    for service, url in system.urls.databases.items():
        with psycopg.connect(url, autocommit=True) as connection:
            yield from _columns(service, connection)
    for file in _logs(system):
        yield f"log {file.name}", file.read_text("utf-8", "replace"), True
    yield from _queues(system)


def _columns(service: str, connection: "psycopg.Connection[Any]") -> Iterator[tuple[str, str, bool]]:
    described = connection.execute(
        "SELECT table_schema, table_name, column_name, udt_name FROM information_schema.columns "
        "JOIN information_schema.tables USING (table_catalog, table_schema, table_name) "
        "WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')"
    ).fetchall()
    for schema, table, column, kind in described:
        query = sql.SQL("SELECT string_agg({}::text, E'\\n') FROM {}").format(
            sql.Identifier(column), sql.Identifier(schema, table)
        )
        row = connection.execute(query).fetchone()
        yield f"{service}.{table}.{column}", (row and row[0]) or "", kind not in _NO_TEXT


def _logs(system: LocalSystem) -> list[Path]:
    folders = (system.places.log, system.places.rabbitmq / "log", system.places.postgres / "log")
    return [
        file for folder in folders if folder.exists() for file in sorted(folder.rglob("*")) if file.is_file()
    ]


def _queues(system: LocalSystem) -> Iterator[tuple[str, str, bool]]:
    """Every durable queue's messages, headers too; they are put back. The others die with their process."""
    connection = pika.BlockingConnection(pika.URLParameters(system.urls.broker_admin))
    try:
        channel = connection.channel()
        for queue in _queue_names(system):
            yield f"queue {queue}", _messages(channel, queue), True
    finally:
        connection.close()


def _queue_names(system: LocalSystem) -> list[str]:
    binaries = system.servers.install()
    environment = rabbitmq.environment(
        system.places.rabbitmq, binaries.rabbitmq, binaries.epmd, system.ports, system.servers.node
    )
    command = [str(binaries.rabbitmq / "rabbitmqctl"), "list_queues", "-p", rabbitmq.VHOST, "--quiet"]
    listed = subprocess.run(
        [*command, "--formatter", "json", "name", "exclusive"],
        env=environment,
        capture_output=True,
        check=True,
        timeout=60,
    ).stdout
    return [queue["name"] for queue in json.loads(listed) if not queue["exclusive"]]


def _messages(channel: Any, queue: str) -> str:
    waiting = channel.queue_declare(queue, passive=True).method.message_count
    seen = []
    for _ in range(waiting):
        method, properties, body = channel.basic_get(queue)
        if method is None:
            break
        seen.append(f"{properties} {body.decode('utf-8', 'replace')}")
    if seen:
        channel.basic_nack(0, multiple=True, requeue=True)
    return "\n".join(seen)
