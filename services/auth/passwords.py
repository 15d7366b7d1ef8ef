"""Passwords: argon2id of a peppered HMAC, computed off the hub; the same work whether or not a user exists."""

import base64
import hashlib
import hmac
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pydantic import SecretStr

from services.auth.metrics import HASHING
from services.auth.settings import Settings
from services.chassis.threads import offload

_LANES = 1
_SALT_BYTES = 16
_HASH_BYTES = 32


def hash_password(settings: Settings, password: SecretStr) -> str:
    """The encoded hash to keep."""
    with HASHING.time():
        return offload(_hasher(settings).hash, _peppered(settings, password))


def matches(settings: Settings, stored: str | None, password: SecretStr) -> bool:
    """Does the password belong to the hash? Without a hash the same work is done for nothing."""
    peppered, kept = _peppered(settings, password), stored or _nobody(settings)
    with HASHING.time():
        return offload(_verify, _hasher(settings), kept, peppered)


def renewed(settings: Settings, stored: str, password: SecretStr) -> str | None:
    """The right password's hash at today's cost, when the settings have changed since it was made."""
    return hash_password(settings, password) if _hasher(settings).check_needs_rehash(stored) else None


def _verify(hasher: PasswordHasher, stored: str, peppered: bytes) -> bool:
    try:
        return hasher.verify(stored, peppered)
    except (VerificationError, InvalidHashError):
        return False


def _peppered(settings: Settings, password: SecretStr) -> bytes:
    """A stolen table is worthless without the pepper. One password, however a keyboard composes its letters."""
    text = unicodedata.normalize("NFKC", password.get_secret_value())
    return hmac.digest(settings.pepper.get_secret_value().encode(), text.encode(), hashlib.sha256)


def _hasher(settings: Settings) -> PasswordHasher:
    return PasswordHasher(
        time_cost=settings.argon2_time,
        memory_cost=settings.argon2_memory_kib,
        parallelism=_LANES,
        hash_len=_HASH_BYTES,
        salt_len=_SALT_BYTES,
    )


def _nobody(settings: Settings) -> str:
    """A hash of today's cost that no password matches (finding one would be breaking argon2)."""
    cost = f"m={settings.argon2_memory_kib},t={settings.argon2_time},p={_LANES}"
    return f"$argon2id$v=19${cost}${_zeros(_SALT_BYTES)}${_zeros(_HASH_BYTES)}"


def _zeros(count: int) -> str:
    return base64.b64encode(bytes(count)).decode().rstrip("=")
