"""A service told to stop finishes what it does, and leaves the rest to whoever comes next."""

import signal
from collections.abc import Callable
from typing import Any

import psycopg

from deploy.demo.visitor import eventually
from deploy.local.system import LocalSystem
from services.contracts.errors import ServiceError
from tests.integration.payments.conftest import Payer


def test_what_comes_while_a_service_stops_is_left_for_the_next_process(
    payer: Callable[..., Payer], system: LocalSystem, database: Callable[[str], "psycopg.Connection[Any]"]
) -> None:
    slow, other = payer(), payer(1000)
    slow.bank.rule("register", "slow", slow.account, seconds=3, times=1)
    started = slow.start_later()
    eventually(slow.payments_kept, "the payment is kept, and its order is being made")
    system.kill("payments", signal.SIGTERM)
    codes, values = set(), 1000
    while not started.done():
        values += 1
        other.meter.submit(values)
        try:
            other.history()
        except ServiceError as error:
            codes.add(error.code)
    assert started.result().form_url, "the payment under way got its page"
    assert codes <= {"unavailable"}
    system.wait_ready(60)
    told = values - 1000
    eventually(lambda: len(other.history()) == told, f"all {told} readings told meanwhile are kept")
    parked = database("payments").execute("SELECT address, reason FROM parked").fetchall()
    assert parked == []
