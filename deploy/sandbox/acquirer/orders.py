"""An order as the acquirer knows it, and the book of all orders."""

import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import uuid4

from prometheus_client import Counter
from pydantic import BaseModel, Field

from deploy.sandbox.acquirer.archive import Archive, Nowhere
from deploy.sandbox.acquirer.cards import NO_ATTEMPT
from deploy.sandbox.acquirer.machine import Action, State, next_state
from deploy.sandbox.bell import Bell
from services.common.clock import business_now

MOVES = Counter(
    "svet_sandbox_order_moves_total", "Orders of the sandbox acquirer that entered a state", ["state"]
)

OPEN_STATES = frozenset({State.CREATED, State.AUTHENTICATING, State.UNKNOWN})


def digits(count: int) -> str:
    return "".join(secrets.choice("0123456789") for _ in range(count))


class Refund(BaseModel):
    """Amount in kopecks; `external_id` makes a repeat harmless."""

    amount: int
    external_id: str | None = None
    at: datetime
    reference: str = Field(default_factory=lambda: digits(12))
    approval: str = Field(default_factory=lambda: digits(6))


class Notice(BaseModel):
    """A callback and how its delivery went: `answers` holds HTTP statuses, 0 for no answer."""

    operation: str
    status: int
    mode: str
    amount: int
    answers: list[int] = []
    delivered: bool = False


class Order(BaseModel):
    """Kopecks. `created_at` and `deposited_at` are business time, `expires_at` and `settles_at` real time."""

    order_id: str = Field(default_factory=lambda: str(uuid4()))
    order_number: str
    amount: int
    currency: str = "643"
    return_url: str
    fail_url: str | None = None
    description: str = ""
    email: str | None = None
    ip: str = ""
    params: dict[str, str] = {}
    bundle: dict[str, Any] | None = None
    callback_url: str | None = None
    created_at: datetime
    expires_at: datetime

    state: State = State.CREATED
    action_code: int = NO_ATTEMPT
    settles_at: datetime | None = None
    deposited_at: datetime | None = None
    masked_pan: str | None = None
    expiration: str | None = None
    payment_system: str | None = None
    after_challenge: tuple[Action, int] | None = None
    wrong_codes: int = 0
    approval: str | None = None
    reference: str | None = None
    refunds: list[Refund] = []
    status_queries: int = 0
    callbacks: list[Notice] = []

    @property
    def account(self) -> str | None:
        return self.params.get("account")

    @property
    def callback_requests(self) -> int:
        return sum(len(notice.answers) for notice in self.callbacks)

    @property
    def deposited(self) -> int:
        """What was paid, refunds not subtracted; a reversed order never reached settlement."""
        return self.amount if self.state in (State.DEPOSITED, State.REFUNDED) else 0

    @property
    def refunded(self) -> int:
        return sum(refund.amount for refund in self.refunds)


class Book:
    """All orders by id and by number; every change ends in `keep`."""

    def __init__(self, archive: Archive | None = None) -> None:
        self.bell = Bell()
        self._archive = archive or Nowhere()
        self._by_id: dict[str, Order] = {}
        self._by_number: dict[str, Order] = {}
        self._open: dict[str, Order] = {}
        for body in self._archive.load():
            self._index(Order.model_validate_json(body))

    def __iter__(self) -> Iterator[Order]:
        return iter(self._by_id.values())

    def _index(self, order: Order) -> None:
        self._by_id[order.order_id] = order
        self._by_number[order.order_number] = order
        if order.state in OPEN_STATES:
            self._open[order.order_id] = order
        else:
            self._open.pop(order.order_id, None)

    def has_number(self, order_number: str) -> bool:
        return order_number in self._by_number

    def find(self, order_id: str | None = None, order_number: str | None = None) -> Order | None:
        """`order_id` wins if both are given."""
        if order_id:
            return self._by_id.get(order_id)
        return self._by_number.get(order_number) if order_number else None

    def keep(self, order: Order) -> None:
        """Every new or changed order passes here: it is saved, and whoever waits for it looks again."""
        self._index(order)
        self._archive.save(order.order_id, order.model_dump_json())
        self.bell.ring()

    def move(self, order: Order, action: Action, action_code: int | None = None) -> None:
        """Raises WrongState and changes nothing when the table has no such move."""
        order.state = next_state(order.state, action)
        if action_code is not None:
            order.action_code = action_code
        if action is Action.PAY:
            order.deposited_at = business_now()
            order.approval, order.reference = digits(6), digits(12)
        if order.state is not State.UNKNOWN:
            order.settles_at = None
        MOVES.labels(order.state).inc()
        self.keep(order)

    def due(self, now: datetime) -> list[tuple[Order, Action]]:
        """Orders whose time has come: to expire, or to settle an unknown outcome."""
        found: list[tuple[Order, Action]] = []
        for order in self._open.values():
            if order.state is not State.UNKNOWN and order.expires_at <= now:
                found.append((order, Action.EXPIRE))
            elif order.state is State.UNKNOWN and order.settles_at and order.settles_at <= now:
                found.append((order, Action.PAY))
        return found

    def clear(self) -> None:
        self._by_id.clear()
        self._by_number.clear()
        self._open.clear()
        self._archive.clear()
