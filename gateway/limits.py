"""Limits per client address at sign-in and registration; they delay and never lock (carrier NAT)."""

import time
from typing import Annotated

from fastapi import Depends, Request, params
from limits import parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from gateway.settings import Settings
from services.contracts.errors import ServiceError


class Limits:
    """Moving windows in this process's memory; the limits that lock live in auth's database."""

    def __init__(self, settings: Settings) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._limits = {
            "sign_in": parse(settings.sign_in_limit),
            "registration": parse(settings.registration_limit),
        }

    async def hit(self, what: str, address: str) -> None:
        """Count one try; raises `too_many_requests` with `retry_after` seconds."""
        limit = self._limits[what]
        if not await self._limiter.hit(limit, what, address):
            window = await self._limiter.get_window_stats(limit, what, address)
            raise ServiceError("too_many_requests", retry_after=max(1, int(window.reset_time - time.time())))


def client_address(request: Request) -> str:
    """The client's address: the peer, or what a trusted proxy says of it."""
    peer = request.client.host if request.client else "unknown"
    settings: Settings = request.app.state.settings
    if peer not in settings.trusted_proxies:
        return peer
    forwarded = request.headers.get("x-forwarded-for", "")
    return forwarded.rpartition(",")[2].strip()[:64] or peer


ClientAddress = Annotated[str, Depends(client_address)]


def limited(what: str) -> params.Depends:
    """A dependency that counts the request against the client's address."""

    async def count(request: Request, address: ClientAddress) -> None:
        limits: Limits = request.app.state.limits
        await limits.hit(what, address)

    return params.Depends(count)
