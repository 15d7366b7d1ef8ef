"""RabbitMQ is away for 30 s under load: honest 503s, nothing lost, everything back by itself."""

import time

import psycopg
import pytest

from deploy.demo.visitor import Mailbox
from deploy.local.system import LocalSystem
from tests.chaos.load import Load
from tests.support.acquirer import Acquirer
from tests.support.customer import Customer, make_customer
from tests.support.households import Households
from tests.support.reconcile import reconcile

AWAY_SECONDS = 30
ACCEPTED = 200
PAYERS = 6


@pytest.fixture
def payers(system: LocalSystem, mailbox: Mailbox, households: Households) -> list[Customer]:
    return [make_customer(system.urls.gateway, mailbox, households.take(), "app") for _ in range(PAYERS)]


def test_thirty_seconds_without_the_broker_lose_nothing(
    payers: list[Customer], system: LocalSystem, acquirer: Acquirer
) -> None:
    load = Load(payers, acquirer)
    load.start()
    try:
        load.wait_accepted(ACCEPTED, 120)
        system.stop_process("rabbitmq")
        before = load.outcomes["accepted"]
        time.sleep(AWAY_SECONDS)
        during = load.outcomes["accepted"] - before
        refused = load.outcomes["503"]
        system.start_process("rabbitmq")
        load.wait_accepted(load.outcomes["accepted"] + ACCEPTED, 180)
    finally:
        load.stop()
    assert during <= PAYERS, "accepted without a broker"
    assert refused >= PAYERS, load.outcomes
    settled = reconcile(system, acquirer, payers, timeout=120)
    assert settled == load.outcomes["accepted"]
    # "registering" is the honest answer to a repeat that comes while the first try is still at the bank.
    unexpected = set(load.outcomes) - {"accepted", "503", "201 registering"}
    assert not unexpected, load.outcomes


def test_what_is_confirmed_is_on_the_disk(system: LocalSystem) -> None:
    with psycopg.connect(system.urls.database_admin) as connection:
        shown = {
            name: connection.execute(f"SHOW {name}").fetchone()
            for name in ("fsync", "synchronous_commit", "full_page_writes")
        }
    assert shown == {"fsync": ("on",), "synchronous_commit": ("on",), "full_page_writes": ("on",)}
