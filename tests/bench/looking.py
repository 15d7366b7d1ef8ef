"""People who look at their accounts at a fixed rate: what they notice of other work on the system."""

import asyncio
import gc
import random
from typing import Self

from deploy.local.system import LocalSystem
from gateway.bus import Bus
from services.contracts import billing
from tests.bench.timing import at_rate
from tests.support.town import account_number

ROUNDS, RATE = 5, 50
"""Rounds, and looks a second."""
LONGEST_SECONDS = 8.0


class Looking:
    """`round()` gives the p99 of a round, in milliseconds: the state of one account after another, by RPC."""

    def __init__(self, system: LocalSystem, accounts: int, seconds: float) -> None:
        self._url = system.urls.brokers["gateway"]
        self._accounts = accounts
        self._count = max(round(min(seconds, LONGEST_SECONDS) * RATE), 1)
        self._chance = random.Random(1)

    async def __aenter__(self) -> Self:
        self._bus = Bus(self._url, "gateway")
        self._bus.start()
        async with asyncio.timeout(20):
            while not self._bus.connected:
                await asyncio.sleep(0.05)
        await self.round()  # warm
        gc.freeze()  # our own looks for garbage are not the system's
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._bus.stop()

    async def round(self) -> float:
        return (await at_rate(self._look, self._count, RATE)).p99

    async def _look(self, _: int) -> None:
        account = account_number(self._chance.randint(1, self._accounts))
        await self._bus.call(billing.ACCOUNT_STATE, billing.AccountRequest(account=account))
