"""The checksum of the acquirer's callbacks, symmetric: HMAC-SHA256 over every parameter (`domain.md` 1.7)."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

_UNSIGNED: Final = frozenset({"checksum", "sign_alias"})


def checksum(parameters: Mapping[str, str], secret: str) -> str:
    """Upper-case hex over `name;value;` of all parameters sorted by name, but the signature's own."""
    text = "".join(f"{name};{parameters[name]};" for name in sorted(parameters.keys() - _UNSIGNED))
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest().upper()


def signed(parameters: Mapping[str, str], secret: str) -> bool:
    """Does the callback carry the right checksum? Compared in constant time."""
    given = parameters.get("checksum", "")
    return hmac.compare_digest(given.upper().encode(), checksum(parameters, secret).encode())
