"""The receipt of a payment (квитанция, product D8) as facts, words and a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from services.billing.document.amounts import wrappable
from services.billing.document.typesetting import Format, Typesetter, as_input, content_key
from services.billing.domain.tariffs import Zone
from services.common.clock import MOSCOW, moscow_date
from services.common.money import NBSP, roubles
from services.common.retailer import Retailer
from services.common.russian import long_date

TEMPLATE: Final = Path(__file__).with_name("receipt.typ")
_ZONES: Final[dict[Zone, str]] = {
    "single": "",
    "day": " (день)",
    "night": " (ночь)",
    "half_peak": " (полупик)",
}


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """All that is printed, kopecks; `status` is the payment's, in words."""

    payment_id: str
    account: str
    address: str
    paid_at: datetime
    amount: int
    refunded: int
    order_number: str
    status: str
    readings: Sequence[tuple[Zone, int]]
    retailer: Retailer


class Receipts:
    """Draws receipts one after another; keep one for long."""

    def __init__(self) -> None:
        self._typesetter = Typesetter(TEMPLATE)

    def pdf(self, receipt: ReceiptFacts) -> bytes:
        """The same facts give the same bytes."""
        return self._drawn(receipt, "pdf")

    def png(self, receipt: ReceiptFacts) -> bytes:
        return self._drawn(receipt, "png")

    def _drawn(self, receipt: ReceiptFacts, kind: Format) -> bytes:
        inputs = {"receipt": as_input(words_of(receipt))} | ({"tall": "yes"} if kind == "png" else {})
        return self._typesetter.draw(inputs, moscow_date(receipt.paid_at), kind)[0]


def receipt_key(receipt: ReceiptFacts) -> str:
    """Names the receipt by its content, without drawing it."""
    return content_key(TEMPLATE, words_of(receipt))


def words_of(receipt: ReceiptFacts) -> dict[str, Any]:
    """Everything on paper as texts, in the template's order."""
    who, paid_at = receipt.retailer, receipt.paid_at.astimezone(MOSCOW)
    rows = [
        ("Дата", long_date(paid_at.date())),
        ("Время", f"{paid_at:%H:%M:%S} (московское)"),
        ("Лицевой счёт", receipt.account),
        ("Адрес", wrappable(receipt.address)),
        *(
            (f"Текущие показания счётчика{_ZONES[zone]}", f"{kwh}{NBSP}кВт·ч")
            for zone, kwh in receipt.readings
        ),
        ("Номер платежа", receipt.payment_id),
        ("Номер заказа в банке", receipt.order_number),
    ]
    return {
        "title": f"Квитанция об оплате электроэнергии, лицевой счёт {receipt.account}",
        "heading": "Квитанция об оплате электроэнергии",
        "sum": roubles(receipt.amount),
        "status": receipt.status,
        "refund": _refund(receipt),
        "rows": [[label, value] for label, value in rows],
        "retailer": {
            "name": who.name,
            "contacts": f"{who.phone}, {who.site}",
            "help": f"Вопросы о платеже: {who.cabinet_phone}, {who.email}.",
            "requisites": f"Получатель: {who.name}, ИНН {who.inn}, КПП {who.kpp}, ОГРН {who.ogrn}. "
            f"Расчётный счёт {who.account}, {who.bank}, БИК {who.bic}, корр. счёт {who.correspondent}. "
            f"{who.address}.",
        },
        "note": "Платёж картой через личный кабинет, без комиссии. Это не кассовый чек.",
    }


def _refund(receipt: ReceiptFacts) -> str:
    if not receipt.refunded:
        return ""
    left = receipt.amount - receipt.refunded
    rest = f", оплаченным остаётся {roubles(left)}" if left else ""
    return f"На карту возвращено {roubles(receipt.refunded)}{rest}."
