"""Limits per client address at sign-in and registration; they delay and never lock (carrier NAT)."""

import math
import time
from ipaddress import IPv6Address, ip_address
from typing import Annotated

from fastapi import Depends, Request, params
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from gateway.settings import Settings
from services.contracts.errors import ServiceError


class Limits:
    """Moving windows in this process's memory; the limits that lock live in auth's database."""

    def __init__(self, settings: Settings) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._homes = {
            "sign_in": parse(settings.sign_in_limit),
            "registration": parse(settings.registration_limit),
            "hint": parse(settings.hint_limit),
            "device": parse(settings.device_limit),
        }
        self._carriers = {what: _times(settings.carrier_homes, limit) for what, limit in self._homes.items()}

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._homes)

    async def hit(self, what: str, address: str) -> None:
        """Count one try; raises `too_many_requests` with `retry_after` seconds. A refused try is not counted:
        whoever goes on knocking is let in at the limit's pace, and nobody is locked out."""
        home = home_of(address)
        limit = (self._homes if ":" in home else self._carriers)[what]
        if not await self._limiter.hit(limit, what, home):
            window = await self._limiter.get_window_stats(limit, what, home)
            wait = math.ceil(window.reset_time - time.time())
            raise ServiceError("too_many_requests", retry_after=max(1, wait))


def _times(homes: int, limit: RateLimitItem) -> RateLimitItem:
    return type(limit)(limit.amount * homes, limit.multiples)


def home_of(address: str) -> str:
    """Whose tries these are: a home has a whole IPv6 /64, and could else try from each of its addresses."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    return str(parsed.ipv4_mapped or IPv6Address(int(parsed) >> 64 << 64))


def client_address(request: Request) -> str:
    """The client's address: the peer, or what a trusted proxy says of it.

    Only the last hop of the last header is the proxy's own word; all before it is what the client sent.
    """
    peer = request.client.host if request.client else "unknown"
    settings: Settings = request.app.state.settings
    try:
        if not any(ip_address(peer) in network for network in settings.trusted_proxies):
            return peer
        return str(
            ip_address(",".join(request.headers.getlist("x-forwarded-for")).rpartition(",")[2].strip())
        )[:64]
    except ValueError:
        return peer


ClientAddress = Annotated[str, Depends(client_address)]


def limited(what: str) -> params.Depends:
    """A dependency that counts the request against the client's address."""

    async def count(request: Request, address: ClientAddress) -> None:
        limits: Limits = request.app.state.limits
        await limits.hit(what, address)

    return params.Depends(count)
