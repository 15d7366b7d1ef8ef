"""The merchant's calls: register, status, decline, reverse, refund, and their refusals."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.unit.sandbox.bank import Bank

pytestmark = pytest.mark.anyio

GOOD = {"orderNumber": "A1", "amount": "100", "returnUrl": "http://portal.test/return"}
NEXT_DAY = str(24 * 3600)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("SVET_BUSINESS_OFFSET", "0")
    return monkeypatch


async def test_register_answers_with_the_order_and_its_page_and_no_error_code(bank: Bank) -> None:
    answer = await bank.call("register.do", **GOOD)
    page = "http://bank.test/payment/merchants/svet/payment_ru.html"
    assert answer == {"orderId": answer["orderId"], "formUrl": f"{page}?mdOrder={answer['orderId']}"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"orderNumber": ""}, "4"),
        ({"amount": ""}, "4"),
        ({"returnUrl": ""}, "4"),
        ({"orderNumber": "x" * 33}, "1"),
        ({"orderNumber": "номер"}, "1"),
        ({"currency": "840"}, "3"),
        ({"amount": "10.5"}, "5"),
        ({"amount": "0"}, "5"),
        ({"amount": "-5"}, "5"),
        ({"returnUrl": "javascript:alert(1)"}, "5"),
        ({"description": "<™>"}, "5"),
        ({"email": "nobody"}, "5"),
        ({"jsonParams": "[1]"}, "5"),
        ({"jsonParams": "{"}, "5"),
        ({"sessionTimeoutSecs": "soon"}, "5"),
        ({"expirationDate": "tomorrow"}, "5"),
        ({"orderBundle": "{}"}, "8"),
        ({"orderBundle": json.dumps({"cartItems": {"items": [{"itemAmount": 99}]}})}, "8"),
        ({"password": "wrong"}, "5"),
        ({"password": ""}, "4"),
    ],
)
async def test_register_refuses_a_bad_request_with_the_banks_code(
    bank: Bank, change: dict[str, str], code: str
) -> None:
    answer = await bank.call("register.do", **(GOOD | change))
    assert answer["errorCode"] == code
    assert answer["errorMessage"]
    assert (await bank.http.get("/sandbox/orders")).json()["totals"]["count"] == 0


async def test_an_order_number_is_taken_for_ever(bank: Bank) -> None:
    first = (await bank.call("register.do", **GOOD))["orderId"]
    await bank.call("decline.do", orderId=first)
    answer = await bank.call("register.do", **GOOD)
    assert answer == {"errorCode": "1", "errorMessage": "Заказ с таким номером уже обработан"}


async def test_calls_may_be_get_requests(bank: Bank) -> None:
    params = {"userName": "svet-api", "password": "pw", **GOOD}
    assert "orderId" in (await bank.http.get("/payment/rest/register.do", params=params)).json()


async def test_a_fresh_order_waits_and_tells_what_it_was_given(bank: Bank) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    order_id = await bank.register(description="Электроэнергия, лицевой счёт № 180111111")
    by_number = await bank.call("getOrderStatusExtended.do", orderNumber="N1")
    status = await bank.status(order_id)
    assert status == by_number
    assert (status["errorCode"], status["orderStatus"], status["actionCode"]) == ("0", 0, -100)
    assert (status["amount"], status["currency"], status["orderNumber"]) == (123456, "643", "N1")
    assert status["merchantOrderParams"] == [{"name": "account", "value": "180111111"}]
    assert status["paymentAmountInfo"]["paymentState"] == "CREATED"
    assert status["paymentAmountInfo"]["depositedAmount"] == 0
    assert status["date"] >= before.timestamp() * 1000
    assert "cardAuthInfo" not in status
    assert (await bank.order(order_id))["statusQueries"] == 2


@pytest.mark.parametrize(
    ("call", "params", "code"),
    [
        ("getOrderStatusExtended.do", {}, "1"),
        ("getOrderStatusExtended.do", {"orderId": "none"}, "6"),
        ("decline.do", {"orderNumber": "none"}, "6"),
        ("reverse.do", {"orderId": "none"}, "6"),
        ("refund.do", {"orderId": "none", "amount": "1"}, "6"),
        ("refund.do", {"orderId": "none", "password": "wrong", "amount": "1"}, "5"),
        ("getOrderStatusExtended.do", {"password": ""}, "5"),
    ],
)
async def test_other_calls_refuse_with_the_banks_code(
    bank: Bank, call: str, params: dict[str, str], code: str
) -> None:
    assert (await bank.call(call, **params))["errorCode"] == code


async def test_only_an_order_nobody_began_to_pay_is_declined(bank: Bank) -> None:
    fresh, begun, paid = [await bank.register() for _ in range(3)]
    await bank.pay(begun, "5555555555555599")
    await bank.pay(paid, "4111111111111111")
    codes = [
        (await bank.call("decline.do", orderId=order_id))["errorCode"] for order_id in (fresh, begun, paid)
    ]
    assert codes == ["0", "7", "7"]
    assert [(await bank.status(order_id))["orderStatus"] for order_id in (fresh, begun, paid)] == [6, 5, 2]


async def test_a_payment_is_reversed_on_its_moscow_day_only(bank: Bank, clock: pytest.MonkeyPatch) -> None:
    today, yesterday = await bank.register(), await bank.register()
    await bank.pay(yesterday, "4111111111111111")
    clock.setenv("SVET_BUSINESS_OFFSET", NEXT_DAY)
    await bank.pay(today, "4111111111111111")
    assert (await bank.call("reverse.do", orderId=yesterday))["errorCode"] == "7"
    assert (await bank.call("reverse.do", orderId=today))["errorCode"] == "0"
    status = await bank.status(today)
    assert (status["orderStatus"], status["paymentAmountInfo"]["paymentState"]) == (3, "REVERSED")
    assert status["paymentAmountInfo"]["depositedAmount"] == 0
    assert (await bank.order(today, callbacks=2))["callbacks"][1]["operation"] == "reversed"


async def test_money_is_deposited_in_the_shifted_business_time(bank: Bank, clock: pytest.MonkeyPatch) -> None:
    clock.setenv("SVET_BUSINESS_OFFSET", NEXT_DAY)
    order_id = await bank.register()
    await bank.pay(order_id, "4111111111111111")
    tomorrow = datetime.now(UTC) + timedelta(hours=23)
    assert (await bank.status(order_id))["depositedDate"] > tomorrow.timestamp() * 1000


async def test_refunds_add_up_to_the_payment_and_never_over_it(bank: Bank) -> None:
    order_id = await bank.register(amount=1000)
    assert (await bank.call("refund.do", orderId=order_id, amount=1))["errorCode"] == "7"
    await bank.pay(order_id, "4111111111111111")
    asked = [
        (await bank.call("refund.do", orderId=order_id, amount=amount))["errorCode"]
        for amount in (600, 500, 400, 1)
    ]
    assert asked == ["0", "5", "0", "5"]
    status = await bank.status(order_id)
    assert (status["orderStatus"], status["paymentAmountInfo"]["refundedAmount"]) == (4, 1000)
    assert [operation["amount"] for operation in status["operations"]] == [600, 400]
    assert (await bank.call("reverse.do", orderId=order_id))["errorCode"] == "7"


async def test_a_repeated_refund_key_refunds_once_and_another_sum_is_refused(bank: Bank) -> None:
    order_id = await bank.register(amount=1000)
    await bank.pay(order_id, "4111111111111111")
    key = json.dumps({"externalRefundId": "r-1"})
    answers = [
        (await bank.call("refund.do", orderId=order_id, amount=amount, jsonParams=key))["errorCode"]
        for amount in (300, 300, 200)
    ]
    assert answers == ["0", "0", "7"]
    truth = await bank.order(order_id, callbacks=2)
    assert truth["refundedAmount"] == 300
    assert [notice["operation"] for notice in truth["callbacks"]] == ["deposited", "refunded"]
    refunded = bank.portal.heard[1]
    assert (refunded["amount"], refunded["operationRefundedAmount"]) == ("1000", "300")
    assert truth["refunds"][0]["externalRefundId"] == "r-1"
