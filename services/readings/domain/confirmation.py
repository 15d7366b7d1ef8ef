"""The token that says: these very values were doubted, and the person was asked."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from uuid import UUID


@dataclass(frozen=True)
class Doubted:
    """What the person is asked about; a token for one question answers no other."""

    account: str
    meter_id: UUID
    period: str
    previous: Sequence[int]
    values: Sequence[int]
    doubts: Sequence[str]


def token(asked: Doubted, secret: str) -> str:
    body = json.dumps(asdict(asked), sort_keys=True, default=str).encode()
    return urlsafe_b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode().rstrip("=")


def confirms(given: str | None, asked: Doubted, secret: str) -> bool:
    """Is `given` the token of this very question?"""
    return given is not None and hmac.compare_digest(given.encode(), token(asked, secret).encode())
