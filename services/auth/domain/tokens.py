"""Tokens and codes: made of randomness, kept as digests; which used refresh token is still forgiven."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Protocol, TypeVar
from uuid import UUID

CODE_TRIES = 5


class Letter(Protocol):
    """What is kept of a letter with a code."""

    id: Any
    code_hash: Any


L = TypeVar("L", bound=Letter)
_TOKEN_BYTES = 32
_CODES = 1_000_000


def new_token() -> str:
    """32 random bytes, fit for a link."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def token_digest(token: str) -> str:
    """What is kept of a token: it has 256 random bits, so a plain hash tells nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_code() -> str:
    """Six digits, for typing."""
    return f"{secrets.randbelow(_CODES):06d}"


def code_digest(key: str, owner: UUID, code: str) -> str:
    """What is kept of a code: a million codes are soon tried, so the hash is keyed, and is of one letter."""
    return keyed_digest(key, f"letter-code:{owner}:{code}")


def with_code(key: str, letters: Iterable[L], code: str) -> L | None:
    """The first of the letters whose code it is."""
    return next((one for one in letters if same_digest(one.code_hash, code_digest(key, one.id, code))), None)


def keyed_digest(key: str, text: str) -> str:
    """A name for something that must not be read back from a table."""
    return hmac.digest(key.encode(), text.encode(), hashlib.sha256).hex()


def same_digest(one: str, other: str) -> bool:
    return hmac.compare_digest(one, other)


def device_mark(key: str, device: UUID, account: str) -> str:
    """`<device>.<HMAC>`: says that this device has once signed in fully with this account number."""
    return f"{device}.{keyed_digest(key, f'device-mark:{device}:{account}')}"


def marked_device(key: str, mark: str | None, account: str) -> UUID | None:
    """The device of a mark of ours for this account number; None for none, a forged one, another account's."""
    try:
        device = UUID((mark or "").partition(".")[0])
    except ValueError:
        return None
    right, given = device_mark(key, device, account), mark or ""
    return device if hmac.compare_digest(right.encode(), given.encode()) else None


class Use(Enum):
    """What presenting a refresh token means."""

    FIRST = "first"
    FORGIVEN = "forgiven"
    REPLAY = "replay"


def use_of_refresh(used_at: datetime | None, now: datetime, grace: timedelta) -> Use:
    """A token used a moment ago is forgiven: tabs of a browser refresh at once. Later it is a stolen one."""
    if used_at is None:
        return Use.FIRST
    return Use.FORGIVEN if now - used_at < grace else Use.REPLAY
