"""A bell that lets a request wait for a named fact with a deadline instead of sleeping."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


class Bell:
    """Whoever changes something rings; whoever waits looks again."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        rung, self._rung = self._rung, asyncio.Event()
        rung.set()

    async def wait_for(self, seconds: float, seek: Callable[[], Found]) -> Found:
        """The first truthy answer of `seek`, or its last answer when `seconds` have passed."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while True:
            rung = self._rung
            found = seek()
            left = deadline - loop.time()
            if found or left <= 0:
                return found
            try:
                await asyncio.wait_for(rung.wait(), left)
            except TimeoutError:
                return seek()
