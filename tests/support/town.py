"""A town for measuring: accounts with two years of charges, bills, money and readings, written straight into tables.

Of a hundred households two have no meter, six give no reading in the months that are closed, four gave none in the
month before (their estimate is corrected), seventeen have two or three zones; of twenty one has not paid for the last
three bills and bears a penalty.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import psycopg

from deploy.local.databases import session_at
from deploy.local.system import LocalSystem
from deploy.tariffs import KALUGA
from services.billing import tariff_files
from services.common.period import Period

HISTORY: Final = 24
"""Months that are charged already."""
READ: Final = 3
"""Months with readings that are still to be closed."""

_HOUSES = """
CREATE TEMP TABLE houses AS
SELECT number, (100000000 + number)::text AS account, number % 100 AS kind, number % 20 = 19 AS debtor,
    CASE WHEN number % 100 BETWEEN 12 AND 26 THEN 2 WHEN number % 100 IN (27, 28) THEN 3 ELSE 1 END AS form,
    90 + number * 37 % 160 AS kwh, md5('meter' || number)::uuid AS meter
FROM generate_series(1, {accounts}) AS number;
ALTER TABLE houses ADD COLUMN zones int[];
UPDATE houses SET zones = CASE form WHEN 1 THEN ARRAY[kwh] WHEN 2 THEN ARRAY[kwh - kwh / 3, kwh / 3]
    ELSE ARRAY[kwh - kwh / 3 - kwh / 4, kwh / 3, kwh / 4] END;
ANALYZE houses;
"""
_ACCOUNTS = """
INSERT INTO accounts SELECT account, 'Калуга', 'ул. Мира', (number / 90 + 1)::text, (number % 90 + 1)::text, '248000',
    1 + number % 5, (ARRAY['urban_gas', 'urban_electric', 'rural'])[1 + number % 3], NULL,
    '00000000-0000-4000-8000-000000000000' FROM houses ORDER BY number
"""
_RUN = """
INSERT INTO closings (id, period, dry, state, started_at, due_on, accounts, finished_at)
VALUES (md5('run{month}')::uuid, '{first}', false, 'done', '{charged}', '{due}', {accounts}, '{charged}')
"""
_CHARGES = """
INSERT INTO charges (id, closing_id, account, period, way, estimated, uses, meters, charged, recalculated, penalty)
SELECT md5('charge' || account || '{month}')::uuid, md5('run{month}')::uuid, account, '{first}', way, estimated,
    jsonb_build_array(jsonb_build_object('basis', way,
        'source', CASE way WHEN 'meter' THEN 'N ' || number ELSE way END, 'form', form,
        'kwh', to_jsonb(zones::text[]), 'after', '{before}', 'until', '{last}')),
    CASE way WHEN 'meter' THEN jsonb_build_array(jsonb_build_object('meter_id', meter, 'serial', 'N ' || number,
        'form', form, 'digits', 6, 'kwh', to_jsonb(zones),
        'before', jsonb_build_object('values', to_jsonb(zones), 'taken_on', '{before}', 'counts_on', '{before}',
            'source', 'customer'),
        'now', jsonb_build_object('values', to_jsonb(zones), 'taken_on', '{last}', 'counts_on', '{last}',
            'source', 'customer'))) ELSE '[]' END,
    kwh * 700, 0, 0
FROM (SELECT *, CASE WHEN kind < 2 THEN 'norm' WHEN kind BETWEEN 8 AND 11 AND {silent} THEN 'average' ELSE 'meter' END
    AS way, CASE WHEN kind BETWEEN 8 AND 11 AND {silent} THEN 1 ELSE 0 END AS estimated FROM houses) AS charged
ORDER BY number
"""
_LINES = """
INSERT INTO charge_lines (charge_id, number, kind, month, basis, source, form, zone, range, first, last, volume, rub,
    act, amount)
SELECT md5('charge' || account || '{month}')::uuid, place, 'charge', '{first}',
    CASE WHEN kind < 2 THEN 'norm' WHEN kind BETWEEN 8 AND 11 AND {silent} THEN 'average' ELSE 'meter' END,
    'N ' || number, form, CASE form WHEN 1 THEN 'single' ELSE (ARRAY['day', 'night', 'half_peak'])[place] END, 1,
    '{first}', '{last}',
    zones[place]::text, 7, 'a bench', zones[place] * 700
FROM houses CROSS JOIN LATERAL generate_series(1, form) AS place ORDER BY houses.number, place
"""
_BILLS = """
INSERT INTO bills (id, account, period, amount, published_at, due_on, charge_id, opening, paid, balance, penalty)
SELECT md5('bill' || account || '{month}')::uuid, account, '{first}', kwh * 700 * owed, '{charged}', '{due}',
    md5('charge' || account || '{month}')::uuid, kwh * 700 * (owed - 1 + paid), kwh * 700 * paid, kwh * 700 * owed, 0
FROM (SELECT *, CASE WHEN debtor THEN greatest({month} - 20, 1) ELSE 1 END AS owed,
    CASE WHEN {month} = 0 OR (debtor AND {month} > 21) THEN 0 ELSE 1 END AS paid
    FROM houses) AS billed ORDER BY number
"""
_POSTINGS = """
INSERT INTO postings (id, account, debit, credit, amount, source, reverses, occurred_at, posted_at)
SELECT md5('posted' || account || '{month}')::uuid, account, 'receivable', 'charges', kwh * 700,
    'charge:' || md5('charge' || account || '{month}')::uuid, NULL, '{charged}', '{charged}'
FROM houses ORDER BY number
"""
_PAYMENTS = """
INSERT INTO postings (id, account, debit, credit, amount, source, reverses, occurred_at, posted_at)
SELECT md5('paid' || account || '{month}')::uuid, account, 'acquirer', 'receivable', kwh * 700,
    'payment:' || md5('payment' || account || '{month}')::uuid, NULL, '{paid}', '{paid}'
FROM houses WHERE NOT (debtor AND {month} > 20) ORDER BY number
"""
_METERS = """
INSERT INTO accounts (account) SELECT account FROM houses ORDER BY number;
INSERT INTO meters (id, account, serial, model, zones, digits, kind, state, installed_on)
SELECT meter, account, 'N ' || number, 'Меркурий', form, 6, 'manual', 'working', '2020-01-01'
FROM houses WHERE kind > 1 ORDER BY number
"""
_READINGS = """
INSERT INTO readings (id, account, meter_id, period, "values", taken_at, source, status)
SELECT md5('reading' || account || '{month}')::uuid, account, meter, '{first}',
    ARRAY(SELECT 1000 + zone * ({month} + 1) FROM unnest(zones) AS zone), '{read}', 'customer', 'accepted'
FROM houses WHERE kind > 1 AND NOT (kind BETWEEN 2 AND 7 AND {month} >= {history})
    AND NOT (kind BETWEEN 8 AND 11 AND {silent}) ORDER BY number
"""


_TABLES = "SELECT oid, relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"


_PAID = """
INSERT INTO postings (id, account, debit, credit, amount, source, reverses, occurred_at, posted_at)
SELECT md5('paid' || id)::uuid, account, 'acquirer', 'receivable', balance,
    'payment:' || md5('payment' || id)::uuid, NULL, published_at, published_at
FROM bills WHERE period = %s AND balance > 0 AND account::int %% 20 <> 19
"""


def account_number(number: int) -> str:
    """Of the household `number`, from 1 on."""
    return str(100_000_000 + number)


def build(system: LocalSystem, accounts: int, closed: Period) -> None:
    """Fill billing and readings: `closed` is the last month with bills; the next ones have their readings."""
    with session_at(system.urls.databases["billing"]) as session:
        tariff_files.load(session, tariff_files.read(KALUGA))
    months = _months(closed)
    with _filling(system, "billing") as connection:
        connection.execute(_HOUSES.format(accounts=accounts).encode())
        connection.execute(_ACCOUNTS)
        for month, words in list(enumerate(months))[1 : HISTORY + 1]:
            for statement in (_RUN, _CHARGES, _LINES, _BILLS, _POSTINGS, _PAYMENTS):
                connection.execute(statement.format(month=month - 1, accounts=accounts, **words).encode())
    with _filling(system, "readings") as connection:
        connection.execute(_HOUSES.format(accounts=accounts).encode())
        connection.execute(_METERS)
        for month, words in enumerate(months):
            connection.execute(_READINGS.format(month=month - 1, history=HISTORY, **words).encode())


def pay(system: LocalSystem, month: Period) -> None:
    """Everybody but the debtors pays the month's bill."""
    with psycopg.connect(system.urls.databases["billing"]) as connection:
        connection.execute(_PAID, (month.first_day,))


def _months(closed: Period) -> list[dict[str, str]]:
    """Days of each month as the statements name them: one before the history, the history, those to be closed."""
    month = closed
    for _ in range(HISTORY):
        month = month.previous
    found = []
    for number in range(-1, HISTORY + READ):
        after = month.next.first_day
        found.append(
            {
                "first": f"{month.first_day}",
                "last": f"{month.last_day}",
                "before": f"{month.previous.last_day}",
                "read": f"{month.first_day.replace(day=20)} 12:00+03",
                "charged": f"{after.replace(day=3)} 12:00+03",
                "paid": f"{after.replace(day=10)} 12:00+03",
                "due": f"{after.replace(day=16)}",
                "silent": str(number in (HISTORY - 1, HISTORY + 1)).lower(),
            }
        )
        month = month.next
    return found


def superuser_url(system: LocalSystem, service: str) -> str:
    """Of the service's database: its own role may not change what is written once."""
    database = urlsplit(system.urls.databases[service]).path
    return urlunsplit(urlsplit(system.urls.database_admin)._replace(path=database))


@contextmanager
def _filling(system: LocalSystem, service: str) -> Iterator[psycopg.Connection]:
    """A connection for filling the service's database: indexes and foreign keys wait until the rows are there."""
    with psycopg.connect(superuser_url(system, service), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET maintenance_work_mem = '512MB'")
        tables = connection.execute(_TABLES).fetchall()
        waiting = "UPDATE pg_index SET indisready = false WHERE indrelid = ANY(%s)"
        connection.execute(waiting, ([oid for oid, _ in tables],))
        yield connection
        for _, table in tables:
            connection.execute(f"REINDEX TABLE public.{table}".encode())
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
