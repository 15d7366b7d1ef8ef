"""What `./svet up` and `./svet demo` do to get from nothing to a system with a registry and a customer in it."""

import hashlib
import json
import os
from datetime import date
from pathlib import Path

import psycopg
from rich.console import Console

from deploy.client import build as client
from deploy.local.databases import session_at
from deploy.local.errors import LocalError
from deploy.local.places import write_private
from deploy.local.system import LocalSystem
from deploy.tariffs import KALUGA
from services.common.clock import business_now, moscow_date
from services.common.settings import SHARED_SETTINGS

# Tried first, so that addresses are easy to remember when nobody else has them.
_PREFERRED_PORTS = {"gateway": 8080, "sandbox_mailbox": 8025, "sandbox_acquirer": 8090}
_PASSED_ON = (
    "SVET_BUSINESS_OFFSET",
    "SVET_DOCUMENTS",
    "SVET_FILES_URL",
    "SVET_GATEWAY_CONTACTS",
    "SVET_LOG_LEVEL",
    "SVET_RETAILER",
    *SHARED_SETTINGS,
)


def local_system(*, tied: bool = True) -> LocalSystem:
    """The system of this checkout, on ready-made servers where the environment names them."""
    return LocalSystem(
        preferred_ports=_PREFERRED_PORTS,
        database_url=os.environ.get("SVET_DATABASE_URL"),
        amqp_url=os.environ.get("SVET_AMQP_URL"),
        settings={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        tied=tied,
    )


def bring_up(system: LocalSystem, accounts: int, console: Console) -> bool:
    """Start everything, load a demo registry into an empty system, register a customer; all or nothing.

    False when it was running already, or another `up` was quicker.
    """
    with system.lock():
        if system.running():
            return False
        try:
            bring_databases(system, console)
            load_demo_registry(system, accounts, console)
            load_demo_tariffs(system)
            with console.status("Building the client"):
                client.build()
            with console.status("Starting Svet's processes"):
                system.start_services()
                system.wait_ready(120)
            with console.status("Registering a demo customer"):
                _ensure_customer(system, console)
        except BaseException:
            with console.status("Stopping what was started"):
                system.stop()
            raise
    return True


def bring_databases(system: LocalSystem, console: Console) -> None:
    """Start the servers and migrate every database; the installation of packages speaks for itself."""
    system.servers.install()
    with console.status("Starting PostgreSQL and RabbitMQ"):
        system.start_servers()
    with console.status("Migrating the databases"):
        system.migrate()


def load_demo_registry(system: LocalSystem, accounts: int, console: Console) -> None:
    """Generate a registry and load it, when there are no accounts yet; an interrupted load is finished."""
    folder, done = system.places.state / "registry", _note(system, "registry-loaded")
    if done.exists() == folder.exists() and _has_accounts(system.urls.databases["billing"]):
        return
    from deploy.demo.customer import DEMO_SEED
    from deploy.registry import generate, load

    if not folder.exists():
        console.print(f"Making a demo registry of {accounts} accounts...")
        draft = folder.with_name("registry.new")
        generate.run(accounts=accounts, seed=DEMO_SEED, as_of=first_of_month(), out=draft)
        draft.rename(folder)
    if load.run(folder, system.urls.databases) != 0:
        raise LocalError(f"The demo registry in {folder} could not be loaded: see above.")
    done.touch()


def load_demo_tariffs(system: LocalSystem) -> None:
    """Give the demo registry its tariffs, so that its months can be closed; a registry of others brings its own."""
    if own_registry(system) is None:
        return
    from services.billing import tariff_files

    with session_at(system.urls.databases["billing"]) as session:
        tariff_files.load(session, tariff_files.read(KALUGA))


def own_registry(system: LocalSystem) -> Path | None:
    """The demo registry that we loaded into this system, when we did."""
    folder = system.places.state / "registry"
    return folder if _note(system, "registry-loaded").exists() and folder.exists() else None


def first_of_month() -> date:
    """The day a new demo registry is of."""
    return moscow_date(business_now()).replace(day=1)


def customer(system: LocalSystem) -> dict[str, str] | None:
    """The demo customer's e-mail, password and account, when there is one."""
    file = _note(system, "customer")
    known: dict[str, str] | None = json.loads(file.read_text()) if file.exists() else None
    return known


def _ensure_customer(system: LocalSystem, console: Console) -> None:
    registry = own_registry(system)
    if customer(system) or registry is None:
        return
    import httpx

    from deploy.demo.customer import ensure
    from deploy.demo.visitor import VisitorError

    try:
        made = ensure(gateway=system.urls.gateway, mailbox=system.urls.mailbox, registry=registry)
    except (VisitorError, httpx.HTTPError) as error:
        console.print(f"There is no demo customer: {error}", markup=False)
    else:
        write_private(_note(system, "customer"), json.dumps(made))


def _note(system: LocalSystem, what: str) -> Path:
    """A file about what is in the databases: each server has its own, the private and every ready-made one."""
    server = system.servers.database_url
    key = hashlib.sha256(server.encode()).hexdigest()[:8] if server else "private"
    return system.places.state / f"{what}-{key}"


def _has_accounts(database: str) -> bool:
    with psycopg.connect(database) as connection:
        return connection.execute("select exists (select from accounts)").fetchone() == (True,)
