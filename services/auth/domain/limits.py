"""How many tries people have: sliding windows, and the growing lock after wrong passwords."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

_HOUR = timedelta(hours=1)
_FREE_FAILURES = 5
_FIRST_LOCK = timedelta(minutes=1)
_LONGEST_LOCK = timedelta(minutes=15)
_FORGOTTEN_AFTER = timedelta(days=1)
_IPV6_HOME_BITS = 64


@dataclass(frozen=True)
class Window:
    """The tries of one subject in the last hour, oldest first, and how many it may have."""

    tries: tuple[datetime, ...]
    limit: int

    @classmethod
    def at(cls, tries: Sequence[datetime], limit: int, now: datetime) -> "Window":
        return cls(tuple(moment for moment in tries if moment > now - _HOUR), limit)

    def with_try(self, now: datetime) -> "Window":
        return Window((*self.tries, now), self.limit)

    def wait(self, now: datetime) -> int:
        """Seconds until the next try is allowed; 0 when it is allowed now."""
        if len(self.tries) < self.limit:
            return 0
        return _seconds(self.tries[-self.limit] + _HOUR - now)


@dataclass(frozen=True)
class Failures:
    """Wrong passwords of an account in a row."""

    count: int = 0
    last: datetime | None = None
    locked_until: datetime | None = None

    def wait(self, now: datetime) -> int:
        """Seconds until the lock opens; 0 when there is none."""
        return _seconds(self.locked_until - now) if self.locked_until and self.locked_until > now else 0

    def with_failure(self, now: datetime) -> "Failures":
        """One more; from the fifth on each locks, a minute first, then twice as long, at most 15 minutes."""
        forgotten = self.last is None or now - self.last > _FORGOTTEN_AFTER
        count = 1 if forgotten else self.count + 1
        return Failures(count, now, now + _lock(count) if count >= _FREE_FAILURES else None)


def client_subject(client: str) -> str:
    """Whose tries these are: an address, or the network of a home, which has a whole IPv6 /64."""
    try:
        address = ip_address(client)
    except ValueError:
        return client
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(IPv6Address(int(address) >> _IPV6_HOME_BITS << _IPV6_HOME_BITS)) + "/64"


def _lock(count: int) -> timedelta:
    doublings = min(count - _FREE_FAILURES, 10)
    return min(_FIRST_LOCK * (1 << doublings), _LONGEST_LOCK)


def _seconds(left: timedelta) -> int:
    return max(1, math.ceil(left.total_seconds()))
