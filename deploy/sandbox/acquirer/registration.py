"""register.do: checks the request's fields as the bank does (domain.md 1.3) and makes the order."""

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from deploy.sandbox.acquirer.orders import Book, Order
from services.common.clock import MOSCOW, business_now, real_now

DEFAULT_TIMEOUT_SECONDS: Final = 1200
REQUIRED: Final = ("orderNumber", "amount", "returnUrl")
URL: Final = re.compile(r"https?://[\x21-\x7e]{4,2040}")
DESCRIPTION: Final = re.compile(r"[\x20-\x7eА-Яа-яЁё№]{0,512}")


class Refused(Exception):
    """A business error: HTTP 200 with this errorCode and errorMessage."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def wrong(field: str) -> Refused:
    return Refused(5, f"Неверное значение параметра [{field}]")


def new_order(params: Mapping[str, str], book: Book, ip: str) -> Order:
    """Raises Refused; the order is not in the book yet."""
    for name in REQUIRED:
        if not params.get(name):
            raise Refused(4, f"Не указан обязательный параметр [{name}]")
    if not re.fullmatch(r"[\x21-\x7e]{1,32}", params["orderNumber"]):
        raise Refused(1, "Неверный номер заказа")
    if book.has_number(params["orderNumber"]):
        raise Refused(1, "Заказ с таким номером уже обработан")
    if params.get("currency", "643") != "643":
        raise Refused(3, "Неизвестная валюта")
    for name, pattern in (("returnUrl", URL), ("failUrl", URL), ("dynamicCallbackUrl", URL)):
        if params.get(name) and not pattern.fullmatch(params[name]):
            raise wrong(name)
    if not DESCRIPTION.fullmatch(params.get("description", "")):
        raise wrong("description")
    if params.get("email") and not re.fullmatch(r"[!-~]{1,100}@[!-~]{1,100}", params["email"]):
        raise wrong("email")
    amount = positive("amount", params["amount"])
    return Order(
        order_number=params["orderNumber"],
        amount=amount,
        return_url=params["returnUrl"],
        fail_url=params.get("failUrl") or None,
        description=params.get("description", ""),
        email=params.get("email") or None,
        ip=ip,
        params={name: str(value) for name, value in json_object(params, "jsonParams").items()},
        bundle=cart(params, amount),
        callback_url=params.get("dynamicCallbackUrl") or None,
        created_at=business_now(),
        expires_at=expiry(params),
    )


def positive(field: str, text: str) -> int:
    if not re.fullmatch(r"\d{1,12}", text, re.ASCII) or int(text) == 0:
        raise wrong(field)
    return int(text)


def json_object(params: Mapping[str, str], field: str) -> dict[str, Any]:
    try:
        value = json.loads(params.get(field) or "{}")
    except ValueError:
        raise wrong(field) from None
    if not isinstance(value, dict):
        raise wrong(field)
    return value


def cart(params: Mapping[str, str], amount: int) -> dict[str, Any] | None:
    """The fiscal cart: its items must add up to the order's amount (code 8)."""
    if not params.get("orderBundle"):
        return None
    try:
        bundle = json_object(params, "orderBundle")
        total = sum(int(item["itemAmount"]) for item in bundle["cartItems"]["items"])
    except (Refused, KeyError, TypeError, ValueError):
        raise Refused(8, "Ошибка в корзине [orderBundle]") from None
    if total != amount:
        raise Refused(8, "Сумма корзины не равна сумме заказа")
    return bundle


def expiry(params: Mapping[str, str]) -> datetime:
    """Real time of the order's end; expirationDate (Moscow, business clock) wins over sessionTimeoutSecs."""
    if params.get("expirationDate"):
        try:
            local = datetime.strptime(params["expirationDate"], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=MOSCOW)
        except ValueError:
            raise wrong("expirationDate") from None
        return real_now() + (local - business_now())
    text = params.get("sessionTimeoutSecs") or str(DEFAULT_TIMEOUT_SECONDS)
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII):
        raise wrong("sessionTimeoutSecs")
    return real_now() + timedelta(seconds=int(text))
