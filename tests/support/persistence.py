"""A customer who does not give up: the same command under the same key until it is answered."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from deploy.demo.visitor import SUCCESS_CARD, BankPage, eventually
from tests.support.customer import Customer


@dataclass
class Persistent:
    """Payments of one customer through whatever happens; `refusals` counts honest 503s by code."""

    customer: Customer
    refusals: dict[str, int] = field(default_factory=dict)

    def start(self, amount: int, *, timeout: float = 60) -> dict[str, Any]:
        """Start a payment, repeating the same request under the same key while it fails."""
        key = uuid4().hex
        return eventually(lambda: self._try_start(amount, key), "the payment starts", timeout, every=0.3)

    def pay(self, amount: int, *, card: str = SUCCESS_CARD, timeout: float = 60) -> dict[str, Any]:
        """Start, pay at the bank, wait for success."""
        payment = self.start(amount, timeout=timeout)
        BankPage(payment["form_url"]).pay(card)
        return self.settled(payment, timeout)

    def settled(self, payment: dict[str, Any], timeout: float = 60) -> dict[str, Any]:
        return eventually(lambda: self._try_status(payment), "the payment succeeds", timeout, every=0.3)

    def _try_start(self, amount: int, key: str) -> dict[str, Any] | None:
        body = {
            "amount": amount,
            "values": self.customer.values() or None,
            "receipt_email": self.customer.email,
            "consent": True,
        }
        path = f"/accounts/{self.customer.account}/payments"
        answer = self._tried("POST", path, json=body, headers={"Idempotency-Key": key})
        return answer if answer and answer["form_url"] else None

    def _try_status(self, payment: dict[str, Any]) -> dict[str, Any] | None:
        answer = self._tried("GET", f"/accounts/{self.customer.account}/payments/{payment['id']}")
        return answer if answer and answer["state"] == "succeeded" else None

    def _tried(self, method: str, path: str, **kwargs: Any) -> dict[str, Any] | None:
        try:
            answer = self.customer.visitor.send(method, path, **kwargs)
        except httpx.TransportError as error:
            self._refused(type(error).__name__)
            return None
        if answer.status_code == 503:
            problem = answer.json()
            assert int(answer.headers["Retry-After"]) > 0
            assert problem["code"] in ("unavailable", "acquirer_unavailable")
            self._refused(problem["code"])
            return None
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text[:300]}"
        body: dict[str, Any] = answer.json()
        return body

    def _refused(self, code: str) -> None:
        self.refusals[code] = self.refusals.get(code, 0) + 1
