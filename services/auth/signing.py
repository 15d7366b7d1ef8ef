"""Access tokens: signed by the first of our Ed25519 keys, verified by the gateway with the public ones."""

import base64
import json
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.contracts.auth import PublicKey

ISSUER = "svet"
_SEED_BYTES = 32


@lru_cache(maxsize=4)
def signing_keys(text: str) -> dict[str, Ed25519PrivateKey]:
    """The keys of the settings by their id, the signing one first.

    Raises ValueError, which never repeats the text, when the list is empty or cannot be read.
    """
    try:
        keys = {
            item["kid"]: Ed25519PrivateKey.from_private_bytes(_seed(item["private"]))
            for item in json.loads(text)
        }
    except (ValueError, TypeError, KeyError):
        raise ValueError(
            'signing keys must be a JSON list of {"kid", "private": 32 bytes in base64url}'
        ) from None
    if not keys:
        raise ValueError("at least one signing key is needed")
    return keys


def sign(
    keys: dict[str, Ed25519PrivateKey], user: UUID, session: UUID, now: datetime, until: datetime
) -> str:
    """An access token: who (`sub`), which session (`sid`), until when; nothing else."""
    kid, key = next(iter(keys.items()))
    claims = {"sub": str(user), "sid": str(session), "iat": now, "exp": until, "iss": ISSUER}
    return jwt.encode(claims, key, algorithm="EdDSA", headers={"kid": kid})


def public_keys(keys: dict[str, Ed25519PrivateKey]) -> list[PublicKey]:
    """What verifies the tokens; a retired key stays in the list until its last token has run out."""
    return [
        PublicKey(
            kid=kid, x=base64.urlsafe_b64encode(key.public_key().public_bytes_raw()).decode().rstrip("=")
        )
        for kid, key in keys.items()
    ]


def _seed(text: str) -> bytes:
    seed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if len(seed) != _SEED_BYTES:
        raise ValueError("a seed has 32 bytes")
    return seed
