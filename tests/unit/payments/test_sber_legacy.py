"""The legacy dialect: what is sent, and that only an answer that can be read is believed."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from pydantic import SecretStr

from services.payments.acquirer.port import (
    AcquirerRefused,
    AcquirerUnanswered,
    NewOrder,
    OrderNumberUsed,
    Registered,
)
from services.payments.acquirer.sber_legacy import SberLegacy

ORDER = NewOrder(
    order_number="01ORDER",
    amount=12345,
    description="Оплата электроэнергии, л/с 180111111",
    return_url="https://svet.example/return?payment=1",
    account="180111111",
    lifetime_seconds=1200,
    callback_url="https://svet.example/callback",
)
PAID = {
    "errorCode": "0",
    "orderNumber": "01ORDER",
    "orderStatus": 2,
    "actionCode": 0,
    "amount": 12345,
    "currency": "643",
    "depositedDate": 1696807498068,
    "paymentAmountInfo": {"depositedAmount": 12345, "refundedAmount": 0, "somethingNew": {}},
    "somethingNew": [1, 2],
}


class Bank:
    """Answers with what it is given, and remembers what it was asked."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return (
            self.answer if isinstance(self.answer, httpx.Response) else httpx.Response(200, json=self.answer)
        )

    @property
    def fields(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.asked[-1].content.decode()).items()}


def acquirer(bank: Callable[[httpx.Request], httpx.Response]) -> SberLegacy:
    http = httpx.Client(transport=httpx.MockTransport(bank))
    return SberLegacy(http, "https://bank.example/payment/rest/", "user", SecretStr("password"))


def test_an_order_is_registered_by_a_form_with_credentials() -> None:
    bank = Bank({"orderId": "a-1", "formUrl": "https://bank.example/page?mdOrder=a-1"})
    assert acquirer(bank).register(ORDER) == Registered("a-1", "https://bank.example/page?mdOrder=a-1")
    request = bank.asked[0]
    assert (request.method, str(request.url)) == ("POST", "https://bank.example/payment/rest/register.do")
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert bank.fields == {
        "userName": "user",
        "password": "password",
        "orderNumber": "01ORDER",
        "amount": "12345",
        "currency": "643",
        "returnUrl": "https://svet.example/return?payment=1",
        "description": "Оплата электроэнергии, л/с 180111111",
        "language": "ru",
        "sessionTimeoutSecs": "1200",
        "jsonParams": json.dumps({"account": "180111111"}),
        "dynamicCallbackUrl": "https://svet.example/callback",
    }


def test_a_status_is_read_with_unknown_fields_ignored() -> None:
    bank = Bank(PAID)
    found = acquirer(bank).status("01ORDER", "a-1")
    assert found is not None
    assert bank.fields["orderId"] == "a-1"
    assert "orderNumber" not in bank.fields
    assert (found.order_number, found.status, found.amount, found.currency) == ("01ORDER", 2, 12345, "643")
    assert (found.deposited, found.refunded) == (12345, 0)
    assert found.deposited_at == datetime(2023, 10, 8, 23, 24, 58, 68000, UTC)


def test_an_order_whose_id_is_not_known_is_asked_for_by_our_number() -> None:
    bank = Bank(PAID)
    acquirer(bank).status("01ORDER")
    assert bank.fields["orderNumber"] == "01ORDER"


@pytest.mark.parametrize(
    "answer",
    [
        PAID | {"orderStatus": "2", "amount": "12345", "currency": 643},
        {k: v for k, v in PAID.items() if k != "errorCode"},
        PAID | {"errorCode": 0},
        PAID | {"errorCode": "000"},
        PAID | {"paymentAmountInfo": {"depositedAmount": "12345"}},
    ],
)
def test_the_same_answer_in_other_clothes_is_read_the_same(answer: dict[str, Any]) -> None:
    found = acquirer(Bank(answer)).status("01ORDER")
    assert found is not None
    assert (found.status, found.amount, found.currency, found.deposited) == (2, 12345, "643", 12345)


def test_an_unknown_order_is_none() -> None:
    assert acquirer(Bank({"errorCode": "6", "errorMessage": "Заказ не найден"})).status("01ORDER") is None


GARBAGE = [
    httpx.ReadTimeout("slow"),
    httpx.ConnectError("away"),
    httpx.RemoteProtocolError("cut"),
    httpx.Response(500, json=PAID),
    httpx.Response(504, text=""),
    httpx.Response(302, headers={"location": "https://elsewhere.example"}),
    httpx.Response(200, text="<html>maintenance</html>"),
    httpx.Response(200, text=""),
    httpx.Response(200, content=b"\xff\xfe"),
    httpx.Response(200, json=[PAID]),
    httpx.Response(200, json="ok"),
    {"errorCode": "7", "errorMessage": "Системная ошибка"},
    {"error": {"description": "?"}, "success": False},
]


@pytest.mark.parametrize("answer", GARBAGE, ids=lambda answer: repr(answer)[:60])
def test_what_is_no_answer_leaves_the_outcome_unknown(answer: Any) -> None:
    for call in (
        lambda: acquirer(Bank(answer)).register(ORDER),
        lambda: acquirer(Bank(answer)).status("01ORDER"),
    ):
        with pytest.raises(AcquirerUnanswered):
            call()


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"errorCode": "5", "errorMessage": "Доступ запрещён"},
        {k: v for k, v in PAID.items() if k != "orderStatus"},
        {k: v for k, v in PAID.items() if k != "amount"},
        PAID | {"orderStatus": None},
        PAID | {"orderStatus": "paid"},
        PAID | {"orderStatus": True},
        PAID | {"amount": 123.45},
        PAID | {"depositedDate": "yesterday"},
        PAID | {"depositedDate": 10**30},
    ],
)
def test_a_status_without_what_decides_is_no_answer(answer: dict[str, Any]) -> None:
    with pytest.raises(AcquirerUnanswered):
        acquirer(Bank(answer)).status("01ORDER")


@pytest.mark.parametrize(
    "answer",
    [
        {"orderId": "a-1"},
        {"formUrl": "https://bank.example/"},
        {"orderId": "a", "formUrl": "javascript:alert(1)"},
    ],
)
def test_a_registered_order_without_a_page_is_no_answer(answer: dict[str, Any]) -> None:
    with pytest.raises(AcquirerUnanswered):
        acquirer(Bank(answer)).register(ORDER)


@pytest.mark.parametrize("answer", [{"errorCode": "1"}, {"ErrorCode": "1"}, {"error": {"code": "1"}}])
def test_a_used_order_number_has_an_error_of_its_own(answer: dict[str, Any]) -> None:
    with pytest.raises(OrderNumberUsed):
        acquirer(Bank(answer)).register(ORDER)


@pytest.mark.parametrize("code", ["3", "4", "5", "8"])
def test_a_refusal_to_register_is_known_not_to_have_made_an_order(code: str) -> None:
    with pytest.raises(AcquirerRefused) as refused:
        acquirer(Bank({"errorCode": code})).register(ORDER)
    assert refused.value.code == code


def test_a_decline_is_done_refused_or_unanswered() -> None:
    acquirer(Bank({"errorCode": "0"})).decline("01ORDER", "a-1")
    with pytest.raises(AcquirerRefused):
        acquirer(Bank({"errorCode": "7"})).decline("01ORDER")
    with pytest.raises(AcquirerUnanswered):
        acquirer(Bank(httpx.Response(500))).decline("01ORDER")


def test_no_error_of_the_adapter_repeats_credentials() -> None:
    with pytest.raises(AcquirerUnanswered) as unanswered:
        acquirer(Bank(httpx.ReadTimeout("password"))).status("01ORDER")
    assert "password" not in str(unanswered.value)
