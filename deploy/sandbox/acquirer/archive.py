"""Keeps the orders in a SQLite file, so that a restarted sandbox still knows what was paid."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol


class Archive(Protocol):
    def save(self, order_id: str, body: str) -> None: ...
    def load(self) -> Iterator[str]: ...
    def clear(self) -> None: ...


class Nowhere:
    """Memory only: the default, and what tests use."""

    def save(self, order_id: str, body: str) -> None:
        return None

    def load(self) -> Iterator[str]:
        return iter(())

    def clear(self) -> None:
        return None


class SqliteArchive:
    """One row an order, its body as JSON; order of insertion is kept by rowid."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        # A crash of the machine may lose the last moments: a toy bank need not wait for a disk.
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute("CREATE TABLE IF NOT EXISTS orders (order_id TEXT PRIMARY KEY, body TEXT NOT NULL)")

    def save(self, order_id: str, body: str) -> None:
        self._db.execute(
            "INSERT INTO orders VALUES (?, ?) ON CONFLICT (order_id) DO UPDATE SET body = excluded.body",
            (order_id, body),
        )

    def load(self) -> Iterator[str]:
        return (body for (body,) in self._db.execute("SELECT body FROM orders ORDER BY rowid"))

    def clear(self) -> None:
        self._db.execute("DELETE FROM orders")
