"""How many SQL statements and AMQP messages an operation costs: counted, and committed in counts.json.

An operation's cost is what the counters of all processes grew by, from the request at the gateway until the
system is at rest: its own statements and messages, those of the operations that it calls on other services,
the events it tells and their effects (`inbox:...`). BEGIN and COMMIT are not counted. Work by the clock is left
out by its name (`counters.BACKGROUND`), and with it the relay's two statements for each batch of events.
"""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from deploy.demo.household import Household
from deploy.demo.visitor import Mailbox, Visitor
from deploy.local.system import LocalSystem
from tests.bench.counters import Counters, Counts
from tests.support.customer import PASSWORD, Customer, make_customer
from tests.support.households import Households
from tests.support.loaded import loaded_households, loaded_system

FILE = Path(__file__).with_name("counts.json")
_TIMES = 2
"""Each is counted so often. A cost never varies; a stranger at work meanwhile only adds, so the lowest counts."""


def history(customer: Customer) -> None:
    customer.visitor.get(f"{customer.path}/payments")


def submit(customer: Customer) -> None:
    customer.visitor.post(f"{customer.path}/readings", {"values": customer.values()})


def start_payment(customer: Customer) -> None:
    customer.start(100_00)


def sign_in(customer: Customer) -> None:
    Visitor(str(customer.visitor.http.base_url)).sign_in(customer.account, PASSWORD)


OPERATIONS: dict[str, Callable[[Customer], None]] = {
    "reading a history": history,
    "signing in": sign_in,
    "submitting a reading": submit,
    "starting a payment": start_payment,
}
Measured = dict[str, dict[str, Any]]


def measure(system: LocalSystem, mailbox: Mailbox, households: Households) -> Measured:
    """The cost of each operation: total statements, total messages, and what they are."""

    def newcomer() -> Customer:
        customer = make_customer(system.urls.gateway, mailbox, households.take(_in_debt), "app")
        customer.state()  # the gateway knows the session from now on
        return customer

    stranger = newcomer()
    for operation in OPERATIONS.values():
        operation(stranger)  # pools, caches and connections are warm
    counters, rounds = Counters(system), dict[str, list[Counts]]()
    for _ in range(_TIMES):
        for name, operation in OPERATIONS.items():
            # A payment brings a first reading, as a submission does: each has a customer of its own.
            if name in ("reading a history", "starting a payment"):
                customer, before = newcomer(), counters.quiet()
            operation(customer)
            after = counters.quiet()
            rounds.setdefault(name, []).append(after - before)
            before = after
    return {name: _told(counted) for name, counted in rounds.items()}


def _in_debt(home: Household) -> bool:
    return home.balance > 100_00


def _told(rounds: list[Counts]) -> dict[str, Any]:
    usual = {kind: min(counts[kind] for counts in rounds) for kind in sorted(rounds[0])}
    costs = {kind: count for kind, count in usual.items() if count}
    sql = {kind.removeprefix("sql "): count for kind, count in costs.items() if kind.startswith("sql ")}
    amqp = {kind: count for kind, count in costs.items() if not kind.startswith("sql ")}
    return {
        "sql_statements": sum(sql.values()),
        "amqp_messages": sum(amqp.values()),
        "sql": sql,
        "amqp": amqp,
    }


def committed() -> Measured:
    measured: Measured = json.loads(FILE.read_text())
    return measured


def run(write: bool = False) -> Measured:
    """Count on a system of its own; `write` keeps the result as what the test holds."""
    with tempfile.TemporaryDirectory() as folder, loaded_system(Path(folder) / "package") as system:
        measured = measure(system, Mailbox(system.urls.mailbox), loaded_households())
    if write:
        FILE.write_text(json.dumps(measured, indent=2, ensure_ascii=False) + "\n")
    return measured
