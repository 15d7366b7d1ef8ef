"""The interface of an acquirer: what every dialect gives, and how it may fail."""

from dataclasses import dataclass
from typing import Final, Protocol

from services.payments.domain.order import OrderStatus

TIMEOUT_SECONDS: Final = 4.0
"""An answer that takes longer is none."""


class AcquirerUnanswered(Exception):
    """No answer to rely on: timeout, HTTP error, garbage, their own failure. What happened is not known."""


class AcquirerRefused(Exception):
    """The acquirer understood and did not do it; `code` is its errorCode."""

    def __init__(self, code: str) -> None:
        super().__init__(f"errorCode {code}")
        self.code = code


class OrderNumberUsed(AcquirerRefused):
    """An order with this number exists (or the number is not accepted)."""


@dataclass(frozen=True)
class NewOrder:
    """An order to be made: kopecks; `return_url` is where the browser comes back to."""

    order_number: str
    amount: int
    description: str
    return_url: str
    account: str
    lifetime_seconds: int
    callback_url: str | None


@dataclass(frozen=True)
class Registered:
    """An order that was made: the acquirer's id and the page to pay at."""

    order_id: str
    form_url: str


class Acquirer(Protocol):
    """One dialect of one bank. Every call may raise AcquirerUnanswered."""

    def register(self, order: NewOrder) -> Registered:
        """Make a one-stage order. Raises AcquirerRefused, OrderNumberUsed."""

    def status(self, order_number: str, order_id: str | None = None) -> OrderStatus | None:
        """The order by its id, or by our number; None when the acquirer knows no such order."""

    def decline(self, order_number: str, order_id: str | None = None) -> None:
        """Close an order nobody began to pay. Raises AcquirerRefused. The status tells whether it worked."""
