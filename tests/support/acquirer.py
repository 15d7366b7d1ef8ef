"""The sandbox acquirer's control API: its truth about orders, and misbehaviour on command."""

from typing import Any

import httpx


class Acquirer:
    """Rules are matched by account, so that tests do not disturb each other."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=70, trust_env=False)

    def orders(self, **filters: str | int) -> list[dict[str, Any]]:
        found = self.http.get("/sandbox/orders", params=filters).raise_for_status().json()
        return list(found["orders"])

    def order(self, key: str, **wait: str | int | float) -> dict[str, Any]:
        """One order; wait=SECONDS with state= or callbacks=N waits for that fact."""
        found: dict[str, Any] = self.http.get(f"/sandbox/orders/{key}", params=wait).raise_for_status().json()
        return found

    def rule(self, subject: str, mode: str, account: str, **more: Any) -> str:
        """Make calls or callbacks about an account's orders go wrong; gives the rule's id."""
        body = {"subject": subject, "mode": mode, "match": {"account": account}, **more}
        added = self.http.post("/sandbox/rules", json=body).raise_for_status().json()
        return str(added["id"])

    def drop_rule(self, rule: str) -> None:
        self.http.delete(f"/sandbox/rules/{rule}").raise_for_status()

    def settle(self, key: str, outcome: str) -> None:
        self.http.post(f"/sandbox/orders/{key}/settle", json={"outcome": outcome}).raise_for_status()

    def refund(self, account: str, kopecks: int) -> None:
        """Give back of the account's newest order, as the bank's own desk does."""
        order = self.orders(account=account)[0]["orderId"]
        login = {"userName": "svet-api", "password": "svet-development-acquirer-password"}
        answer = self.http.post(
            "/payment/rest/refund.do", data=login | {"orderId": order, "amount": str(kopecks)}
        )
        if (said := answer.json())["errorCode"] != "0":
            raise RuntimeError(f"the acquirer refunds nothing: {said}")

    def callback(self, parameters: dict[str, str], *, forged: bool = False) -> int:
        """Send any callback to the portal; gives the HTTP status of its answer."""
        body = {"params": parameters, "forged": forged}
        answer = self.http.post("/sandbox/callbacks", json=body).raise_for_status().json()
        return int(answer["answer"])
