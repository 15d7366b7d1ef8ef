"""Misbehaviour on command, and who is spared by it."""

import asyncio
from pathlib import Path

import httpx
import pytest
from pydantic import ValidationError

from deploy.sandbox.acquirer.app import acquirer_app, open_desk
from deploy.sandbox.settings import SandboxSettings
from tests.unit.sandbox.bank import Bank

pytestmark = pytest.mark.anyio
CARD = "4111111111111111"
REGISTER = {
    "userName": "svet-api",
    "password": "pw",
    "orderNumber": "A1",
    "amount": "777",
    "returnUrl": "http://portal.test/return",
}


async def raw(bank: Bank, name: str, **params: str) -> httpx.Response:
    known = {"userName": "svet-api", "password": "pw"}
    answer: httpx.Response = await bank.http.post(f"/payment/rest/{name}", data=known | params)
    return answer


async def test_a_callback_can_come_before_the_customers_redirect(bank: Bank) -> None:
    await bank.rule("callback", "before")
    order_id = await bank.register()
    await bank.pay(order_id, CARD)
    assert len(bank.portal.heard) == 1


@pytest.mark.parametrize(("mode", "requests"), [("twice", 2), ("after", 1)])
async def test_a_callback_can_come_twice(bank: Bank, mode: str, requests: int) -> None:
    await bank.rule("callback", mode)
    order_id = await bank.register()
    await bank.pay(order_id, CARD)
    assert (await bank.order(order_id, callbacks=requests))["callbackCount"] == requests


async def test_a_callback_can_never_come(bank: Bank) -> None:
    await bank.rule("callback", "never")
    order_id = await bank.register()
    await bank.pay(order_id, CARD)
    assert (await bank.order(order_id))["callbacks"] == []


@pytest.mark.parametrize(
    ("mode", "good_checksum", "amount", "own_order"),
    [
        ("forged", False, "123456", True),
        ("wrong_amount", True, "5", True),
        ("unknown_order", True, "123456", False),
    ],
)
async def test_a_callback_can_lie(
    bank: Bank, mode: str, good_checksum: bool, amount: str, own_order: bool
) -> None:
    await bank.rule("callback", mode, amount=5)
    order_id = await bank.register()
    await bank.pay(order_id, CARD)
    await bank.order(order_id, callbacks=1)
    heard = bank.portal.heard[0]
    right = bank.desk.postman.signed({k: v for k, v in heard.items() if k != "checksum"})["checksum"]
    assert (heard["checksum"] == right) is good_checksum
    assert heard["amount"] == amount
    assert (heard["mdOrder"] == order_id) is own_order


async def test_any_callback_can_be_sent_by_hand(bank: Bank) -> None:
    parcel = {"params": {"mdOrder": "x", "operation": "deposited", "status": "1"}, "forged": True}
    assert (await bank.http.post("/sandbox/callbacks", json=parcel)).json() == {"answer": 200}
    assert bank.portal.heard[0]["mdOrder"] == "x"


async def test_a_rule_touches_only_the_orders_it_names(bank: Bank) -> None:
    mine = await bank.register(amount=111)
    by_account = await bank.register(jsonParams='{"account": "180222222"}')
    spared = await bank.register()
    await bank.rule("status", "http500", match={"amount": 111})
    await bank.rule("status", "http500", match={"account": "180222222"})
    answers = [
        (await raw(bank, "getOrderStatusExtended.do", orderId=each)).status_code
        for each in (mine, by_account, spared)
    ]
    assert answers == [500, 500, 200]
    assert (await bank.order(mine))["statusQueries"] == 1


async def test_a_rule_finds_the_account_in_the_description_too(bank: Bank) -> None:
    order_id = await bank.register(jsonParams="{}", description="Лицевой счёт 180333333")
    await bank.rule("status", "http500", match={"account": "180333333"})
    assert (await raw(bank, "getOrderStatusExtended.do", orderId=order_id)).status_code == 500


async def test_a_rule_wears_off_after_its_times_and_after_reset(bank: Bank) -> None:
    order_id = await bank.register()
    await bank.rule("status", "http500", times=1)
    answers = [(await raw(bank, "getOrderStatusExtended.do", orderId=order_id)).status_code for _ in range(2)]
    assert answers == [500, 200]
    await bank.rule("status", "http500")
    await bank.http.post("/sandbox/reset")
    assert (await bank.status(order_id))["orderStatus"] == 0


async def test_a_status_can_tell_another_sum(bank: Bank) -> None:
    order_id = await bank.register()
    await bank.pay(order_id, CARD)
    await bank.rule("status", "wrong_amount", amount=1)
    status = await bank.status(order_id)
    assert (status["orderStatus"], status["amount"]) == (2, 123456)
    assert status["paymentAmountInfo"]["depositedAmount"] == 1
    assert (await bank.order(order_id))["depositedAmount"] == 123456


@pytest.mark.parametrize(
    ("mode", "status", "made"),
    [("http500", 500, 0), ("lost", 500, 1), ("slow_nothing", 504, 0), ("slow", 200, 1)],
)
async def test_register_can_fail_before_or_after_the_order_is_made(
    bank: Bank, mode: str, status: int, made: int
) -> None:
    await bank.rule("register", mode, match={"orderNumber": "A1"})
    answer = await bank.http.post("/payment/rest/register.do", data=REGISTER)
    assert answer.status_code == status
    assert (await bank.http.get("/sandbox/orders", params={"amount": 777})).json()["totals"]["count"] == made


async def test_a_slow_register_makes_the_order_at_once_and_answers_late(bank: Bank) -> None:
    await bank.rule("register", "slow", seconds=600)
    late = asyncio.create_task(bank.http.post("/payment/rest/register.do", data=REGISTER))
    found = await bank.desk.book.bell.wait_for(5, lambda: bank.desk.book.find(order_number="A1"))
    assert found is not None
    assert not late.done()
    late.cancel()


async def test_a_lost_refund_is_made_and_its_repeat_does_nothing_more(bank: Bank) -> None:
    order_id = await bank.register(amount=1000)
    await bank.pay(order_id, CARD)
    await bank.rule("refund", "lost", times=1)
    wanted = {"orderId": order_id, "amount": "400", "jsonParams": '{"externalRefundId": "r"}'}
    assert [(await raw(bank, "refund.do", **wanted)).status_code for _ in range(2)] == [500, 200]
    assert (await bank.order(order_id))["refundedAmount"] == 400


@pytest.mark.parametrize(
    ("outcome", "state", "status"), [("success", "deposited", "1"), ("decline", "declined", "0")]
)
async def test_an_unknown_outcome_is_settled_by_command(
    bank: Bank, outcome: str, state: str, status: str
) -> None:
    order_id = await bank.register()
    await bank.pay(order_id, "4000000000000101")
    assert (await bank.settle(order_id, outcome)).json()["state"] == state
    await bank.order(order_id, callbacks=1)
    assert bank.portal.heard[0]["status"] == status
    assert (await bank.settle(order_id, "success")).status_code == 409


async def test_an_order_expires_by_command_and_sums_are_totalled(bank: Bank) -> None:
    expired, paid = await bank.register(), await bank.register()
    await bank.http.post(f"/sandbox/orders/{expired}/expire")
    await bank.pay(paid, CARD)
    await bank.call("refund.do", orderId=paid, amount=56)
    totals = (await bank.http.get("/sandbox/orders", params={"account": "180111111"})).json()["totals"]
    assert totals == {"count": 2, "depositedAmount": 123456, "refundedAmount": 56}
    declined = (await bank.http.get("/sandbox/orders", params={"state": "declined"})).json()["orders"]
    assert [order["orderId"] for order in declined] == [expired]


async def test_a_rule_that_makes_no_sense_is_refused(bank: Bank) -> None:
    for body in ({"subject": "callback", "mode": "http500"}, {"subject": "refund", "mode": "wrong_amount"}):
        assert (await bank.http.post("/sandbox/rules", json=body)).status_code == 422


async def test_orders_outlive_a_restart_when_a_file_is_given(
    settings: SandboxSettings, tmp_path: Path
) -> None:
    kept = settings.model_copy(update={"state": tmp_path / "orders.sqlite"})
    desk = open_desk(kept)
    transport = httpx.ASGITransport(app=acquirer_app(desk))
    async with httpx.AsyncClient(transport=transport, base_url="http://bank.test") as http:
        order_id = (await http.post("/payment/rest/register.do", data=REGISTER)).json()["orderId"]
    await desk.postman.close()
    again = open_desk(kept)
    order = again.book.find(order_id)
    assert order is not None
    assert (order.amount, order.state) == (777, "created")
    await again.postman.close()


def test_the_sandbox_never_starts_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SVET_ENV", raising=False)
    with pytest.raises(ValidationError):
        SandboxSettings()
