"""Callbacks of the legacy dialect: signed as domain.md 1.7 says, repeated until heard or failed thrice."""

import asyncio
import hashlib
import hmac
import logging
from collections.abc import Coroutine, Mapping
from typing import Any, Final
from urllib.parse import urlencode
from uuid import uuid4

import httpx
from prometheus_client import Counter

from deploy.sandbox.acquirer.orders import Book, Notice, Order
from deploy.sandbox.acquirer.rules import Rule
from deploy.sandbox.settings import SandboxSettings

TRIES: Final = 3
UNSIGNED: Final = frozenset({"checksum", "sign_alias"})
SENT = Counter("svet_sandbox_callbacks_total", "Callback requests of the sandbox acquirer", ["result"])
log = logging.getLogger(__name__)


def checksum(params: Mapping[str, str], secret: str) -> str:
    """HMAC-SHA256, upper-case hex, of the sorted `name;value;` pairs but the signature's own."""
    text = "".join(f"{name};{params[name]};" for name in sorted(params.keys() - UNSIGNED))
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest().upper()


def callback_params(order: Order, notice: Notice, extra: Mapping[str, str]) -> dict[str, str]:
    return {
        "mdOrder": order.order_id,
        "orderNumber": order.order_number,
        "operation": notice.operation,
        "status": str(notice.status),
        "amount": str(notice.amount),
        **extra,
    }


class Postman:
    """Delivers callbacks; what it sends in the background is dropped when the sandbox stops."""

    def __init__(
        self, settings: SandboxSettings, book: Book, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._settings = settings
        self._book = book
        self._http = httpx.AsyncClient(timeout=settings.callback_timeout_seconds, transport=transport)
        self._rounds: set[asyncio.Task[None]] = set()

    async def in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._rounds.add(task)
        task.add_done_callback(self._rounds.discard)

    async def send(self, order: Order, notice: Notice, rule: Rule, extra: Mapping[str, str]) -> None:
        """One callback as the rule wants it; `twice` delivers it once more after the first success."""
        await asyncio.sleep(rule.seconds)
        params = callback_params(order, notice, extra)
        if rule.mode == "unknown_order":
            params["mdOrder"], params["orderNumber"] = str(uuid4()), f"UNKNOWN{uuid4().hex[:12].upper()}"
        url = order.callback_url or self._settings.callback_url
        for _ in range(2 if rule.mode == "twice" else 1):
            await self._until_heard(order, notice, url, self.signed(params, forged=rule.mode == "forged"))

    def signed(self, params: Mapping[str, str], forged: bool = False) -> dict[str, str]:
        secret = ("not-" if forged else "") + self._settings.callback_secret.get_secret_value()
        return {**params, "sign_alias": "svet-sandbox", "checksum": checksum(params, secret)}

    async def _until_heard(self, order: Order, notice: Notice, url: str, params: Mapping[str, str]) -> None:
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(self._settings.callback_interval_seconds)
            answer = await self.post(params, url)
            notice.answers.append(answer)
            notice.delivered = notice.delivered or answer == 200
            self._book.keep(order)
            if answer == 200:
                return
        log.warning("callback given up: order %s operation %s", order.order_id, notice.operation)

    async def post(self, params: Mapping[str, str], url: str = "") -> int:
        """The HTTP status of the portal's answer; 0 when there was none."""
        url = url or self._settings.callback_url
        if not url:
            return 0
        try:
            response = await self._http.get(f"{url}{'&' if '?' in url else '?'}{urlencode(params)}")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            SENT.labels("no_answer").inc()
            log.info("callback got no answer: %s", type(error).__name__)
            return 0
        SENT.labels("heard" if response.status_code == 200 else "refused").inc()
        return response.status_code

    async def close(self) -> None:
        for task in self._rounds:
            task.cancel()
        await asyncio.gather(*self._rounds, return_exceptions=True)
        await self._http.aclose()
