"""Tokens and codes: made of randomness, kept as digests; which used refresh token is still forgiven."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

CODE_TRIES = 5
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


def code_digest(key: str, registration: UUID, code: str) -> str:
    """What is kept of a code: a million codes are soon tried, so the hash is keyed, and is of one letter."""
    return keyed_digest(key, f"activation-code:{registration}:{code}")


def keyed_digest(key: str, text: str) -> str:
    """A name for something that must not be read back from a table."""
    return hmac.digest(key.encode(), text.encode(), hashlib.sha256).hex()


def same_digest(one: str, other: str) -> bool:
    return hmac.compare_digest(one, other)


class Use(Enum):
    """What presenting a refresh token means."""

    FIRST = "first"
    FORGIVEN = "forgiven"
    REPLAY = "replay"


def use_of_refresh(used_at: datetime | None, forgiven: bool, now: datetime, grace: timedelta) -> Use:
    """A used token is forgiven once, within the grace: two tabs refresh at once. Later it is a stolen one."""
    if used_at is None:
        return Use.FIRST
    return Use.FORGIVEN if not forgiven and now - used_at < grace else Use.REPLAY
