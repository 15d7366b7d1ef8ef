"""Processes die by kill -9 in the middle of payments; everything comes back by itself and the books agree."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.demo.visitor import BankPage, Mailbox
from deploy.local.system import LocalSystem
from tests.support.acquirer import Acquirer
from tests.support.customer import Customer, make_customer
from tests.support.households import Households
from tests.support.persistence import Persistent
from tests.support.reconcile import reconcile

CRASH_POINTS = [
    "payments_after_t1",
    "payments_after_reading",
    "payments_after_register",
    "payments_before_fact",
    "rpc_before_reply",
    "rpc_before_ack",
    "relay_before_publish",
    "relay_after_publish",
    "inbox_before_commit",
    "inbox_after_commit",
    "inbox_before_ack",
    "notify_after_send",
]
VICTIMS = ["auth", "billing", "readings", "payments", "notify", "gateway", "rabbitmq", "postgres"]


@pytest.fixture(autouse=True)
def whole_again(system: LocalSystem, crash_file: Path) -> Iterator[None]:
    """The next test finds every process at work."""
    yield
    crash_file.unlink(missing_ok=True)
    system.wait_ready(60)


@pytest.mark.parametrize("point", CRASH_POINTS)
def test_a_process_that_dies_at_a_named_point_loses_and_doubles_nothing(
    point: str, customer: Customer, crash_file: Path, system: LocalSystem, acquirer: Acquirer
) -> None:
    crash_file.write_text(point)
    Persistent(customer).pay(10_00)
    assert reconcile(system, acquirer, [customer]) == 1
    assert not crash_file.exists(), "the point was never reached, so nothing was shown"


@pytest.mark.parametrize("victim", VICTIMS)
def test_killing_a_process_in_the_middle_of_payments_loses_and_doubles_nothing(
    victim: str, system: LocalSystem, acquirer: Acquirer, mailbox: Mailbox, households: Households
) -> None:
    gateway = system.urls.gateway
    customers = [make_customer(gateway, mailbox, households.take()) for _ in range(4)]
    started: list[tuple[Persistent, dict[str, Any]]] = []

    def start(customer: Customer) -> None:
        payer = Persistent(customer)
        started.append((payer, payer.start(10_00)))

    threads = [threading.Thread(target=start, args=(customer,)) for customer in customers]
    for thread in threads:
        thread.start()
    system.kill(victim)
    for thread in threads:
        thread.join()
    assert len(started) == len(customers)
    for _, payment in started[:2]:
        BankPage(payment["form_url"]).pay()
    system.wait_ready(60)
    system.kill(victim)
    for _, payment in started[2:]:
        BankPage(payment["form_url"]).pay()
    for payer, payment in started:
        payer.settled(payment)
    assert reconcile(system, acquirer, customers) == len(customers)
