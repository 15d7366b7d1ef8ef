"""The demo customer: registered over the public API, as anybody would."""

import csv
from datetime import date
from pathlib import Path
from uuid import uuid4

from deploy.demo.household import Household
from deploy.demo.households import households
from deploy.demo.visitor import Mailbox, Visitor

DEMO_ACCOUNTS, DEMO_SEED = 300, 1
PASSWORD = "Demo-svet-2026"  # noqa: S105 - of a demonstration customer


def demo_households(as_of: date) -> list[Household]:
    """The households of the registry that `./svet up` and the compose file load."""
    return list(households(DEMO_ACCOUNTS, DEMO_SEED, as_of))


def ensure(gateway: str, mailbox: str, registry: Path) -> dict[str, str]:
    """Register and activate the first account of a registry that has a flat; gives the credentials."""
    with (registry / "accounts.csv").open(encoding="utf-8", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["flat"])
    address = f"{row['settlement']}, {row['street']}, д. {row['house']}, кв. {row['flat']}"
    return registered(Visitor(gateway), Mailbox(mailbox), row["account"], address)


def registered(visitor: Visitor, mailbox: Mailbox, account: str, address: str) -> dict[str, str]:
    """A customer from registration to an activated cabinet."""
    email = f"demo-{account}-{uuid4().hex[:6]}@example.org"
    visitor.register(account, address, email, PASSWORD)
    visitor.activate(mailbox.wait_letter(email, "Активация"))
    return {"account": account, "email": email, "password": PASSWORD, "address": address}
