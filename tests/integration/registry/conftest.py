"""Packages of accounts nobody else has, so that tests share the services' databases with everything else."""

import random
import sys
from collections.abc import Callable, Mapping
from io import StringIO
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid4

import psycopg
import pytest
from rich.console import Console

from deploy.registry.load import run
from tests.unit.registry.packages import Files, three_accounts, write


class Import(NamedTuple):
    """What an import said and with which code it ended."""

    code: int
    said: str


class Registry(NamedTuple):
    """Imports into the services' databases, and what is in them after."""

    urls: Mapping[str, str]

    def load(self, package: Path, **urls: str) -> Import:
        screen = StringIO()
        code = run(package, dict(self.urls) | urls, console=Console(file=screen, soft_wrap=True))
        return Import(code, screen.getvalue())

    def rows(self, service: str, query: str, *values: object) -> list[tuple[object, ...]]:
        with psycopg.connect(self.urls[service]) as connection:
            return connection.execute(query, values).fetchall()

    def accounts(self, package: "Package") -> dict[str, list[str]]:
        """Accounts of the package that each service knows."""
        query = "SELECT account FROM accounts WHERE account LIKE %s ORDER BY account"
        return {
            service: [str(account) for (account,) in self.rows(service, query, package.prefix + "%")]
            for service in ("billing", "readings")
        }

    def noted(self, package: "Package") -> dict[str, list[tuple[object, ...]]]:
        """What each service remembers of the package: accounts and rejected."""
        query = "SELECT accounts, rejected FROM registry_packages WHERE package_id = %s"
        return {service: self.rows(service, query, package.id) for service in ("billing", "readings")}


class Package(NamedTuple):
    """A package on disk; its account numbers begin with `prefix` and end in 001 and on."""

    path: Path
    id: UUID
    prefix: str

    def account(self, number: int) -> str:
        return f"{self.prefix}{number:03}"

    def spoil(self, change: Callable[[Files], object], package_id: UUID | None = None) -> "Package":
        """The same accounts changed, as another package unless the id is given."""
        files = of_prefix(self.prefix)
        change(files)
        other = Package(self.path.with_name(uuid4().hex), package_id or uuid4(), self.prefix)
        write(other.path, files, package=str(other.id))
        return other


def of_prefix(prefix: str) -> Files:
    return {
        name: [line.replace(b"180000", prefix.encode()) for line in lines]
        for name, lines in three_accounts().items()
    }


@pytest.fixture
def registry(service_database_urls: Mapping[str, str]) -> Registry:
    return Registry(service_database_urls)


@pytest.fixture
def package(tmp_path: Path) -> Package:
    made = Package(tmp_path / "package", uuid4(), f"{random.randrange(500_000, 999_999)}")
    write(made.path, of_prefix(made.prefix), package=str(made.id))
    return made


@pytest.fixture
def import_command(registry: Registry) -> Callable[[Package], list[str]]:
    """An import as a process of its own, to be killed."""

    def command(package: Package) -> list[str]:
        program = (
            "import sys; from pathlib import Path; from deploy.registry.load import run; "
            "sys.exit(run(Path(sys.argv[1]), {'billing': sys.argv[2], 'readings': sys.argv[3]}))"
        )
        return [
            sys.executable,
            "-c",
            program,
            str(package.path),
            registry.urls["billing"],
            registry.urls["readings"],
        ]

    return command
