"""What a test says to the acquirer, in the merchant's, the customer's and the tester's voice."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx

from deploy.sandbox.acquirer.desk import Desk

CREDENTIALS = {"userName": "svet-api", "password": "pw"}
RETURN_URL = "http://portal.test/payments/return?p=1"


@dataclass
class Portal:
    """Answers callbacks with the statuses it is given, then with 200."""

    answers: list[int] = field(default_factory=list)
    heard: list[dict[str, str]] = field(default_factory=list)

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.heard.append(dict(request.url.params))
        return httpx.Response(self.answers.pop(0) if self.answers else 200)


@dataclass
class Bank:
    """The acquirer in memory; every method is one request."""

    http: httpx.AsyncClient
    desk: Desk
    portal: Portal
    count: int = 0

    async def call(self, name: str, **params: object) -> dict[str, Any]:
        response = await self.http.post(
            f"/payment/rest/{name}", data=CREDENTIALS | {k: str(v) for k, v in params.items()}
        )
        assert response.status_code == 200
        answer: dict[str, Any] = response.json()
        return answer

    async def register(self, **params: object) -> str:
        """The new order's id."""
        self.count += 1
        known: dict[str, object] = {
            "orderNumber": f"N{self.count}",
            "amount": 123456,
            "returnUrl": RETURN_URL,
            "jsonParams": json.dumps({"account": "180111111"}),
        }
        return str((await self.call("register.do", **(known | params)))["orderId"])

    async def status(self, order_id: str) -> dict[str, Any]:
        return await self.call("getOrderStatusExtended.do", orderId=order_id)

    async def pay(self, order_id: str, pan: str, expiry: str = "12/40", cvc: str = "123") -> httpx.Response:
        form = {"mdOrder": order_id, "pan": pan, "expiry": expiry, "cvc": cvc}
        return await self.http.post("/payment/merchants/svet/pay", data=form)

    async def enter_code(self, order_id: str, code: str) -> httpx.Response:
        return await self.http.post("/payment/acs/check", data={"mdOrder": order_id, "code": code})

    async def order(self, order_id: str, **wanted: object) -> dict[str, Any]:
        """The acquirer's own truth; with state= or callbacks= it waits for that fact."""
        query = {k: str(v) for k, v in wanted.items()}
        response = await self.http.get(f"/sandbox/orders/{order_id}", params={"wait": "5"} | query)
        answer: dict[str, Any] = response.json()
        return answer

    async def rule(self, subject: str, mode: str, **fields: object) -> None:
        response = await self.http.post("/sandbox/rules", json={"subject": subject, "mode": mode} | fields)
        assert response.status_code == 201, response.text

    async def settle(self, order_id: str, outcome: str) -> httpx.Response:
        return await self.http.post(f"/sandbox/orders/{order_id}/settle", json={"outcome": outcome})
