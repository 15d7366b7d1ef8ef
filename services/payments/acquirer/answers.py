"""The legacy dialect's answers, read tolerantly: fields grow, go missing, change type (`domain.md` 1.3-1.4)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from services.payments.acquirer.port import AcquirerUnanswered, Registered
from services.payments.domain.order import OrderStatus

Answer = Mapping[str, Any]


def error_code(answer: Answer) -> str:
    """`"0"` for success. The code is a string of digits, under one of the names met in the wild, or missing."""
    nested = answer.get("error")
    found = answer.get("errorCode", answer.get("ErrorCode"))
    if found is None and isinstance(nested, Mapping):
        found = nested.get("code")
    if found is None:
        return "unknown" if answer.get("success") is False or nested else "0"
    return str(found).strip().lstrip("0") or "0"


def registered(answer: Answer) -> Registered:
    order_id, form_url = answer.get("orderId"), answer.get("formUrl")
    if not isinstance(order_id, str) or not order_id or not isinstance(form_url, str):
        raise AcquirerUnanswered("register answered without an order")
    if urlsplit(form_url).scheme not in ("http", "https"):
        raise AcquirerUnanswered("register answered with a page that is no web address")
    return Registered(order_id, form_url)


def order_status(answer: Answer) -> OrderStatus:
    """Raises AcquirerUnanswered when what decides is not there."""
    money = answer.get("paymentAmountInfo")
    money = money if isinstance(money, Mapping) else {}
    try:
        return OrderStatus(
            order_number=str(answer["orderNumber"]),
            status=_integer(answer["orderStatus"]),
            action_code=_integer(answer.get("actionCode", 0)),
            amount=_integer(answer["amount"]),
            currency=str(answer.get("currency", "")),
            deposited=_optional(money.get("depositedAmount")),
            refunded=_optional(money.get("refundedAmount")) or 0,
            deposited_at=_moment(answer.get("depositedDate") or answer.get("authDateTime")),
        )
    except (KeyError, TypeError, ValueError, OverflowError, OSError) as error:
        raise AcquirerUnanswered(f"status cannot be read: {type(error).__name__}") from error


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError("not an integer")
    return int(value)


def _optional(value: Any) -> int | None:
    return None if value is None or value == "" else _integer(value)


def _moment(value: Any) -> datetime | None:
    """Unix milliseconds."""
    milliseconds = _optional(value)
    return None if not milliseconds else datetime.fromtimestamp(milliseconds / 1000, UTC)
