"""Roles and databases of the five services on a PostgreSQL server: made when missing, put right when there.

    python -m deploy.local.provision

reads the administrator's SVET_DATABASE_URL and the services' SVET_<NAME>_DATABASE_URL, whose users, passwords
and database names it brings about.
"""

import os
import sys
from collections.abc import Iterable

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from deploy.local.environment import SERVICES
from deploy.local.errors import LocalError


def provision(admin_url: str, service_urls: Iterable[str]) -> None:
    """Bring about the role and the database of every service URL; safe to repeat.

    The administrator needs CREATEDB and CREATEROLE, not more. A role owns its database; nobody else may
    connect.
    """
    try:
        with psycopg.connect(admin_url, autocommit=True, connect_timeout=10) as admin:
            for url in service_urls:
                wanted = conninfo_to_dict(url)
                _role(admin, str(wanted["user"]), str(wanted["password"]))
                _database(admin, str(wanted["dbname"]), owner=str(wanted["user"]))
    except psycopg.Error as error:
        raise LocalError(
            f"Could not make the services' databases: {error}\n"
            "The user of SVET_DATABASE_URL needs CREATEDB and CREATEROLE."
        ) from error


def _role(admin: psycopg.Connection, role: str, password: str) -> None:
    # Hashed here, so that the password itself is never in the server's log.
    secret = admin.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    known = admin.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone()
    statement = "alter role {} login password {}" if known else "create role {} login password {}"
    admin.execute(sql.SQL(statement).format(sql.Identifier(role), sql.Literal(secret)))
    if admin.execute("select rolsuper from pg_roles where rolname = current_user").fetchone() != (True,):
        # Only a member of a role may make a database owned by it.
        admin.execute(sql.SQL("grant {} to current_user").format(sql.Identifier(role)))


def _database(admin: psycopg.Connection, name: str, owner: str) -> None:
    words = {"name": sql.Identifier(name), "owner": sql.Identifier(owner)}
    known = admin.execute("select 1 from pg_database where datname = %s", [name]).fetchone()
    if not known:
        create = "create database {name} owner {owner} encoding 'UTF8' template template0"
        admin.execute(sql.SQL(create).format(**words))
    admin.execute(sql.SQL("revoke all on database {name} from public").format(**words))


def main() -> None:
    """Provision from the environment; Docker Compose runs this before the migrations."""
    names = ["SVET_DATABASE_URL", *(f"SVET_{service.upper()}_DATABASE_URL" for service in SERVICES)]
    missing = [name for name in names if not os.environ.get(name)]
    if missing:
        sys.exit(f"Please set {', '.join(missing)}.")
    try:
        provision(os.environ[names[0]], [os.environ[name] for name in names[1:]])
    except LocalError as error:
        sys.exit(str(error))
    print("Databases and roles are ready.")


if __name__ == "__main__":
    main()
