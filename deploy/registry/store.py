"""One service's database during a load: one transaction, one row that says the package is in."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime
from typing import NamedTuple

import psycopg
from psycopg.rows import TupleRow

from deploy.registry.manifest import Manifest
from deploy.registry.tables import BILLING, PACKAGES, TABLES, copy_statement

_LOCK = 0x53564554  # "SVET": one import at a time in a database
_FETCHED_AT_ONCE = 10_000


class Loaded(NamedTuple):
    """What a database remembers of a package."""

    digest: str
    accounts: int
    rejected: int


class StoreFailed(Exception):
    """A database did not do its part; what the transaction wrote is rolled back."""


class Store:
    """A service's database under the service's own role. Nothing is seen by others before `commit`."""

    def __init__(self, service: str, url: str, stack: ExitStack) -> None:
        self.service = service
        self._url = url
        self._stack = stack
        self._connection = self._connect()

    def loaded(self, manifest: Manifest) -> Loaded | None:
        """What is known of the package here; from now on no other import runs in this database."""
        with explained(self.service), self._connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL lock_timeout = '30s'")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            cursor.execute(
                f"SELECT digest, accounts, rejected FROM {PACKAGES} WHERE package_id = %s",  # noqa: S608
                (manifest.package,),
            )
            row = cursor.fetchone()
        return Loaded(*row) if row else None

    def existing(self, manifest: Manifest) -> Iterator[str]:
        """Accounts brought by other packages, sorted; on its own connection, as the other is busy with COPY."""
        # Readings does not know which package brought an account, and is not asked once it has this one.
        by_package = self.service == BILLING
        query = "SELECT account FROM accounts WHERE package_id <> %s ORDER BY account"
        if not by_package:
            query = "SELECT account FROM accounts ORDER BY account"
        with explained(self.service):
            connection = self._connect()
            with connection.cursor("existing_accounts") as cursor:
                cursor.itersize = _FETCHED_AT_ONCE
                cursor.execute(query, (manifest.package,) if by_package else None)
                for (account,) in cursor:
                    yield account

    def copy(self, text: dict[str, bytes]) -> None:
        """Adds a batch of rows, table by table."""
        with explained(self.service), self._connection.cursor() as cursor:
            for table in TABLES[self.service]:
                if text[table]:
                    with cursor.copy(copy_statement(self.service, table)) as copy:
                        copy.write(text[table])

    def finish(self, manifest: Manifest, accounts: int, rejected: int) -> None:
        """Notes the package as loaded, in the transaction that loaded it."""
        with explained(self.service):
            self._connection.execute(
                f"INSERT INTO {PACKAGES} (package_id, as_of, digest, accounts, rejected, loaded_at) "  # noqa: S608
                "VALUES (%s, %s, %s, %s, %s, %s)",
                (manifest.package, manifest.as_of, manifest.digest, accounts, rejected, datetime.now(UTC)),
            )

    def commit(self) -> None:
        with explained(self.service):
            self._connection.commit()

    def _connect(self) -> psycopg.Connection[TupleRow]:
        with explained(self.service):
            connection = psycopg.connect(self._url, connect_timeout=10, application_name="svet import")
        self._stack.enter_context(_closing(connection))
        return connection


def _closing(connection: psycopg.Connection[TupleRow]) -> AbstractContextManager[None]:
    """Closes without committing: leaving psycopg's own context would commit what a failure left half done."""

    @contextmanager
    def close() -> Iterator[None]:
        try:
            yield
        finally:
            connection.close()

    return close()


@contextmanager
def explained(service: str) -> Iterator[None]:
    """Says a database error in words that tell what to do."""
    try:
        yield
    except psycopg.errors.UndefinedTable as error:
        raise StoreFailed(
            f"{service}: {error.diag.message_primary}: its migrations have not been run"
        ) from error
    except psycopg.errors.UndefinedColumn as error:
        raise StoreFailed(
            f"{service}: {error.diag.message_primary}: its migrations are of another version"
        ) from error
    except psycopg.errors.DiskFull as error:
        raise StoreFailed(f"{service}: the database's disk is full") from error
    except psycopg.errors.LockNotAvailable as error:
        raise StoreFailed(f"{service}: another import is running in this database") from error
    except psycopg.errors.InsufficientPrivilege as error:
        raise StoreFailed(
            f"{service}: {error.diag.message_primary}: the URL must be of the service's role"
        ) from error
    except psycopg.OperationalError as error:
        raise StoreFailed(
            f"{service}: the database is not there or went away: {_first_line(error)}"
        ) from error
    except psycopg.Error as error:
        raise StoreFailed(f"{service}: {error.sqlstate}: {_first_line(error)}") from error


def _first_line(error: psycopg.Error) -> str:
    return (error.diag.message_primary or str(error)).strip().partition("\n")[0]
