"""What PostgreSQL alone needs for a closing's rows: INSERT ... SELECT into empty tables with the same indexes."""

import time
from typing import Final

import psycopg

from services.common.period import Period

_WRITTEN: Final = {
    "charges": "period = %(first)s",
    "charge_lines": "charge_id IN (SELECT id FROM charges WHERE period = %(first)s)",
    "penalty_lines": "charge_id IN (SELECT id FROM charges WHERE period = %(first)s)",
    "postings": "posted_at >= (SELECT started_at FROM closings WHERE period = %(first)s)",
    "bills": "period = %(first)s",
}
"""The tables that a closing writes, and which of their rows are its own."""


def seconds(url: str, month: Period) -> float:
    """Seconds to write the month's rows once more, the finding of them left out; nothing is kept."""
    words = {"first": month.first_day}
    with psycopg.connect(url) as connection:
        for table, own in _WRITTEN.items():
            connection.execute(
                f"CREATE TEMP TABLE own_{table} AS SELECT * FROM {table} WHERE {own}".encode(), words
            )
        connection.execute("CREATE SCHEMA plain")
        for table in _WRITTEN:
            connection.execute(f"CREATE TABLE plain.{table} (LIKE public.{table} INCLUDING ALL)".encode())
        connection.commit()
        began = time.perf_counter()
        for table in _WRITTEN:
            connection.execute(f"INSERT INTO plain.{table} SELECT * FROM own_{table}".encode())
        connection.commit()
        took = time.perf_counter() - began
        connection.execute("DROP SCHEMA plain CASCADE")
        return took
