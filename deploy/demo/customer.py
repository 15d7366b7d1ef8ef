"""The demo customer: registered over the public API, as anybody would."""

import csv
from datetime import date
from itertools import islice
from pathlib import Path
from uuid import uuid4

from deploy.demo.household import Household
from deploy.demo.households import households
from deploy.demo.visitor import Mailbox, Visitor, VisitorError
from deploy.registry import manifest
from deploy.registry.format import ACCOUNTS, RETAILER_INN

DEMO_ACCOUNTS, DEMO_SEED = 300, 1
_TRIES = 10
"""An account may have been registered before by somebody else."""
PASSWORD = "Demo-svet-2026"  # noqa: S105 - of a demonstration customer


def demo_households(as_of: date, accounts: int = DEMO_ACCOUNTS) -> list[Household]:
    """The households of the registry that `./svet up` and the compose file load."""
    return list(households(accounts, DEMO_SEED, as_of))


def households_of(registry: Path) -> list[Household]:
    """The households of the demo registry in this folder, whatever its day and size."""
    told = manifest.read(registry, RETAILER_INN)
    return demo_households(told.as_of, told.part(ACCOUNTS.file).rows)


def ensure(gateway: str, mailbox: str, registry: Path) -> dict[str, str]:
    """Register and activate the first free account of a registry that has a flat; gives the credentials."""
    with (registry / "accounts.csv").open(encoding="utf-8", newline="") as file:
        homes = list(islice((row for row in csv.DictReader(file) if row["flat"]), _TRIES))
    for row in homes:
        address = f"{row['settlement']}, {row['street']}, д. {row['house']}, кв. {row['flat']}"
        try:
            return registered(Visitor(gateway), Mailbox(mailbox), row["account"], address)
        except VisitorError as error:
            refused = error
    raise refused


def registered(visitor: Visitor, mailbox: Mailbox, account: str, address: str) -> dict[str, str]:
    """A customer from registration to an activated cabinet."""
    email = f"demo-{account}-{uuid4().hex[:6]}@example.org"
    visitor.register(account, address, email, PASSWORD)
    visitor.activate(mailbox.wait_letter(email, "Активация"))
    return {"account": account, "email": email, "password": PASSWORD, "address": address}
