"""Sberbank's legacy dialect (RBS "payment/rest"): form-encoded POST in, JSON out (`domain.md` 1.1-1.5)."""

import json
import logging
import time
from typing import Any, Final

import httpx
from pydantic import SecretStr

from services.payments import metrics
from services.payments.acquirer import answers
from services.payments.acquirer.port import (
    AcquirerRefused,
    AcquirerUnanswered,
    NewOrder,
    OrderNumberUsed,
    Registered,
)
from services.payments.domain.order import CURRENCY, OrderStatus

log = logging.getLogger(__name__)
_NUMBER_USED: Final = "1"
_NOT_FOUND: Final = "6"
_SYSTEM_ERROR: Final = "7"
_UNREADABLE: Final = "unknown"


class SberLegacy:
    """`base_url` ends with `/payment/rest/`."""

    def __init__(self, http: httpx.Client, base_url: str, user: str, password: SecretStr) -> None:
        self._http = http
        self._base_url = base_url
        self._user = user
        self._password = password

    def register(self, order: NewOrder) -> Registered:
        fields = {
            "orderNumber": order.order_number,
            "amount": str(order.amount),
            "currency": CURRENCY,
            "returnUrl": order.return_url,
            "description": order.description,
            "language": "ru",
            "sessionTimeoutSecs": str(order.lifetime_seconds),
            "jsonParams": json.dumps({"account": order.account}),
        }
        if order.callback_url:
            fields["dynamicCallbackUrl"] = order.callback_url
        answer = self._ask("register", fields)
        code = answers.error_code(answer)
        if code == _NUMBER_USED:
            raise OrderNumberUsed(code)
        self._refuse_unless_success("register", code)
        return answers.registered(answer)

    def status(self, order_number: str, order_id: str | None = None) -> OrderStatus | None:
        answer = self._ask("getOrderStatusExtended", _which(order_number, order_id))
        code = answers.error_code(answer)
        if code == _NOT_FOUND:
            return None
        if code != "0":
            log.error("the acquirer refuses to tell a status", extra={"error_code": code})
            raise AcquirerUnanswered(f"status refused with errorCode {code}")
        return answers.order_status(answer)

    def decline(self, order_number: str, order_id: str | None = None) -> None:
        code = answers.error_code(self._ask("decline", _which(order_number, order_id)))
        if code != "0":
            raise AcquirerRefused(code)

    def _refuse_unless_success(self, call: str, code: str) -> None:
        if code in (_SYSTEM_ERROR, _UNREADABLE):
            raise AcquirerUnanswered(f"{call} failed with errorCode {code}")
        if code != "0":
            log.error("the acquirer refuses a call", extra={"call": call, "error_code": code})
            raise AcquirerRefused(code)

    def _ask(self, call: str, fields: dict[str, str]) -> dict[str, Any]:
        started, outcome = time.perf_counter(), "unanswered"
        try:
            answer = self._post(call, fields)
            outcome = "ok" if answers.error_code(answer) == "0" else "refused"
            return answer
        finally:
            metrics.ACQUIRER_SECONDS.labels(call, outcome).observe(time.perf_counter() - started)

    def _post(self, call: str, fields: dict[str, str]) -> dict[str, Any]:
        credentials = {"userName": self._user, "password": self._password.get_secret_value()}
        try:
            response = self._http.post(f"{self._base_url}{call}.do", data=credentials | fields)
            response.raise_for_status()
            answer = response.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise AcquirerUnanswered(f"{call}: {type(error).__name__}") from error
        if not isinstance(answer, dict):
            raise AcquirerUnanswered(f"{call}: the answer is no object")
        return answer


def _which(order_number: str, order_id: str | None) -> dict[str, str]:
    return {"orderId": order_id} if order_id else {"orderNumber": order_number}
