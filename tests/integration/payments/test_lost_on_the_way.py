"""Nothing is lost or doubled when an answer or the process itself is lost in the middle of a payment."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from deploy.demo.visitor import eventually
from deploy.local.system import LocalSystem
from services.contracts.errors import ServiceError
from services.contracts.payments import Payment
from tests.integration.payments.conftest import Payer

Payers = Callable[..., Payer]


def payable(payer: Payer) -> list[dict[str, Any]]:
    return payer.orders(state="created")


def test_an_order_whose_page_was_lost_is_declined_and_replaced(payer: Payers) -> None:
    someone = payer(1000)
    someone.bank.rule("register", "lost", someone.account, times=1)
    payment = someone.start(values=["1100"])
    assert [order["state"] for order in someone.orders()] == ["declined", "created"]
    someone.pay(payment)
    someone.wait(payment.id, "succeeded")
    someone.wait_balance(-payment.amount)


def test_an_order_that_was_never_made_is_made_under_the_same_number(payer: Payers) -> None:
    someone = payer()
    someone.bank.rule("register", "http500", someone.account, times=1)
    assert someone.start().form_url
    assert len(someone.orders()) == 1


@pytest.mark.parametrize("mode", ["http500", "slow_nothing"])
def test_while_the_acquirer_is_away_the_payment_is_remembered_under_its_key(payer: Payers, mode: str) -> None:
    someone, key = payer(1000), uuid4().hex
    rule = someone.bank.rule("register", mode, someone.account, seconds=20 if mode != "http500" else 0)
    with pytest.raises(ServiceError) as error:
        someone.start(key=key, values=["1100"])
    assert error.value.code == "acquirer_unavailable"
    assert someone.payments_kept() == 1
    someone.bank.drop_rule(rule)

    def resumed() -> Payment | None:
        """None while the poller is at it: it holds the lease for as long as its own call takes."""
        payment = someone.start(key=key, values=["1100"])
        return payment if payment.form_url else None

    payment = eventually(resumed, "the same key resumes the payment", 30)
    assert str(payment.id) == error.value.details["payment_id"]
    assert len(payable(someone)) == 1


def test_a_lost_order_that_cannot_be_declined_is_not_replaced(payer: Payers) -> None:
    someone, key = payer(), uuid4().hex
    someone.bank.rule("register", "lost", someone.account, times=1)
    rule = someone.bank.rule("decline", "http500", someone.account)
    with pytest.raises(ServiceError) as error:
        someone.start(key=key)
    assert error.value.code == "acquirer_unavailable"
    assert len(someone.orders()) == 1
    someone.bank.drop_rule(rule)
    assert someone.start(key=key).form_url
    assert [order["state"] for order in someone.orders()] == ["declined", "created"]


def test_a_start_that_was_not_repeated_is_carried_on_by_the_poller(payer: Payers) -> None:
    someone = payer(1000)
    someone.bank.rule("register", "http500", someone.account, times=3)
    with pytest.raises(ServiceError):
        someone.start(values=["1100"])
    (row,) = someone.history()
    payment = someone.wait(row.id, "awaiting")
    assert payment.form_url
    assert someone.history()[0].values == [1100]


def test_a_process_killed_at_any_step_loses_no_payment_and_doubles_none(
    payer: Payers, system: LocalSystem, crash_file: Path, database: Any
) -> None:
    """The three steps of a start; the broker gives the command to the process that comes next."""
    begun = []
    for point in ("payments_after_t1", "payments_after_reading", "payments_after_register"):
        someone, key = payer(1000), uuid4().hex
        crash_file.write_text(point)
        answer = someone.start_later(key=key, values=["1100"])
        eventually(lambda: not crash_file.exists(), f"the process dies at {point}")
        system.wait_ready(30, ["payments"])
        begun.append((someone, key, answer))
    for someone, key, answer in begun:
        started = answer.result(timeout=30)
        assert started.state == "registering", "whoever made the order may still be at it"
        someone.wait(started.id, "awaiting", timeout=40)
        payment = someone.start(key=key, values=["1100"])
        assert payment.id == started.id
        assert someone.payments_kept() == 1
        assert len(payable(someone)) == 1
        readings = database("readings").execute(
            "SELECT count(*) FROM readings WHERE account = %s AND source = 'customer'", (someone.account,)
        )
        assert readings.fetchone() == (1,)
        someone.pay(payment)
        someone.wait(payment.id, "succeeded")
        someone.wait_balance(-payment.amount)
        assert someone.receipts() == 1


def test_a_reading_given_after_the_payments_own_is_not_undone_when_the_poller_carries_on(
    payer: Payers, system: LocalSystem, crash_file: Path
) -> None:
    """The poller submits the payment's reading again, having no user behind it: the same key, the same reading."""
    someone = payer(1000)
    crash_file.write_text("payments_after_reading")
    someone.start_later(values=["1100"])
    eventually(lambda: not crash_file.exists(), "the process dies")
    later = someone.meter.submit(1200)
    system.wait_ready(30, ["payments"])
    (row,) = [row for row in someone.history() if row.kind == "payment"]
    someone.wait(row.id, "awaiting", timeout=40)
    assert [reading.id for reading in someone.meter.history() if reading.current][:1] == [later.id]


def test_a_process_killed_before_it_tells_the_fact_tells_it_once_after(
    payer: Payers, system: LocalSystem, crash_file: Path, database: Any
) -> None:
    someone = payer()
    payment = someone.start()
    crash_file.write_text("payments_before_fact")
    someone.pay(payment)
    eventually(lambda: not crash_file.exists(), "the process dies")
    system.wait_ready(30, ["payments"])
    someone.wait(payment.id, "succeeded")
    someone.wait_balance(-payment.amount)
    assert someone.receipts() == 1
