"""The two QRs of a bill: payment by ГОСТ Р 56042-2014 (`domain.md` 2), and the link to the form of readings."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

import segno

from services.billing.document.facts import BillFacts
from services.common.period import Period

SEPARATORS: Final = "|#;:^_~"
"""The standard's habit first; the others serve when a value holds the ones before."""
MANDATORY_BYTES: Final = 300
_SERVICE: Final = "ST00012"
"""Format, version 1, encoding 2: UTF-8."""
_MANDATORY: Final = ("Name", "PersonalAcc", "BankName", "BIC", "CorrespAcc")
_BANK_ACCOUNT: Final = r"[1-9][0-9]{4}[0-9ABCEHKMPTX][0-9]{14}"
_PATTERNS: Final = {
    "PersonalAcc": re.compile(_BANK_ACCOUNT),
    "CorrespAcc": re.compile(f"0|{_BANK_ACCOUNT}"),
    "BIC": re.compile("[0-9]{9}"),
    "PayeeINN": re.compile("[0-9]{10}|[0-9]{12}"),
    "Sum": re.compile("[1-9][0-9]{0,17}"),
}
_LIMITS: Final = {"Name": 160, "BankName": 45, "Purpose": 160}
_MASK: Final = 0
"""Any of the eight masks reads as well; choosing the prettiest takes most of a bill's time."""
_QUIET: Final = 4
PPI: Final = 130.0
"""Of a picture of the bill, so that it and its codes fit each other."""
MODULE_MM: Final = 3 * 25.4 / PPI
"""Three pixels."""
_DARK: Final = re.compile(b"\x01+")


class BadPaymentOrder(ValueError):
    """A field of the payment QR is missing or against the standard; the text names it, never its value."""


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """What a bank's app reads off the bill. `amount` is kopecks, None lets the payer choose."""

    payee: str
    account: str
    bank: str
    bic: str
    correspondent: str
    inn: str
    personal_account: str
    period: Period
    amount: int | None

    @property
    def fields(self) -> dict[str, str]:
        """In the order of the standard: the mandatory ones first. No personal data but the account's number."""
        return {
            "Name": self.payee,
            "PersonalAcc": self.account,
            "BankName": self.bank,
            "BIC": self.bic,
            "CorrespAcc": self.correspondent,
            "PayeeINN": self.inn,
            "PersAcc": self.personal_account,
            "PaymPeriod": f"{self.period.month:02d}{self.period.year}",
            **({} if self.amount is None else {"Sum": str(self.amount)}),
            "Purpose": f"Оплата электроэнергии, л/с {self.personal_account}",
            "TechCode": "02",
        }


def payment_text(fields: Mapping[str, str]) -> str:
    """`ST00012|Name=...|...` with a separator that no value holds. Raises BadPaymentOrder."""
    for name in _MANDATORY:
        if not fields.get(name):
            raise BadPaymentOrder(f"{name} is mandatory")
    if tuple(fields)[: len(_MANDATORY)] != _MANDATORY:
        raise BadPaymentOrder("the mandatory fields come first, in their order")
    for name, value in fields.items():
        _check(name, value)
    separator = next((sign for sign in SEPARATORS if not any(sign in v for v in fields.values())), None)
    if separator is None:
        raise BadPaymentOrder("every separator occurs in some value")
    parts = [f"{name}={value}" for name, value in fields.items()]
    if len(separator.join(parts[: len(_MANDATORY)]).encode()) > MANDATORY_BYTES:
        raise BadPaymentOrder(f"the mandatory fields take more than {MANDATORY_BYTES} bytes")
    return separator.join([_SERVICE, *parts])


def order_of(bill: BillFacts) -> PaymentOrder:
    """The order that pays the bill whole."""
    payee = bill.retailer
    return PaymentOrder(
        payee=payee.name,
        account=payee.account,
        bank=payee.bank,
        bic=payee.bic,
        correspondent=payee.correspondent,
        inn=payee.inn,
        personal_account=bill.payer.account,
        period=bill.period,
        amount=bill.to_pay,
    )


def reading_link(cabinet: str, account: str) -> str:
    """The address of the form of readings of this account (product H5)."""
    return f"{cabinet}/readings?account={quote(account)}"


def svg(text: str) -> str:
    """The QR of a text as UTF-8 bytes without ECI, error correction M, with its quiet zone and its size on paper.

    The more it says, the larger it is: a module always takes whole pixels of the picture, else readers guess.

    Written here, in a path of bars: segno's own writer takes a third of the time that its encoder does.
    """
    code = segno.make(text.encode(), mode="byte", error="m", micro=False, boost_error=False, mask=_MASK)
    side = len(code.matrix) + 2 * _QUIET
    bars = "".join(
        f"M{bar.start() + _QUIET} {y}h{bar.end() - bar.start()}v1h{bar.start() - bar.end()}z"
        for y, row in enumerate(code.matrix, _QUIET)
        for bar in _DARK.finditer(row)
    )
    paper = f'<path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/>'
    size = f"{side * MODULE_MM:.3f}mm"
    frame = f'width="{size}" height="{size}" viewBox="0 0 {side} {side}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {frame}>{paper}<path d="{bars}"/></svg>'


def _check(name: str, value: str) -> None:
    if not value.isprintable():
        raise BadPaymentOrder(f"{name} holds a sign that cannot be printed")
    if len(value) > _LIMITS.get(name, len(value)):
        raise BadPaymentOrder(f"{name} is longer than {_LIMITS[name]}")
    if (pattern := _PATTERNS.get(name)) and not pattern.fullmatch(value):
        raise BadPaymentOrder(f"{name} is against its pattern")
