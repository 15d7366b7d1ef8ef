"""Access tokens as auth signs them in tests, and as somebody else would like to."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.auth.settings import Settings
from services.auth.signing import ISSUER, signing_keys
from services.common.clock import real_now

KID, KEY = next(iter(signing_keys(Settings.model_fields["signing_keys"].default.get_secret_value()).items()))
PUBLIC = KEY.public_key().public_bytes_raw()


def claims_of(token: str) -> dict[str, Any]:
    """What a token says, unverified."""
    part = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


def forgeries(token: str, other: str) -> dict[str, str]:
    """Every bad token made of a good one; `other` is a good one of another person."""
    claims, header = claims_of(token), {"alg": "EdDSA", "kid": KID, "typ": "JWT"}
    past = int((real_now() - timedelta(seconds=2)).timestamp())
    public_text = base64.urlsafe_b64encode(PUBLIC).rstrip(b"=")
    head, body, signature = token.split(".")
    return {
        "expired": signed(header, claims | {"iat": past - 600, "exp": past}),
        "never expiring": signed(header, {name: claims[name] for name in claims if name != "exp"}),
        "of another issuer": signed(header, claims | {"iss": f"not-{ISSUER}"}),
        "not yet valid": signed(header, claims | {"nbf": claims["exp"]}),
        "signed by another key": signed(header, claims, Ed25519PrivateKey.generate()),
        "of an unknown key": signed(header | {"kid": "nobody"}, claims),
        "of no key": signed({"alg": "EdDSA"}, claims),
        "HS256 with the public key": hashed(header, claims, PUBLIC),
        "HS256 with the public key's text": hashed(header, claims, public_text),
        "unsigned": f"{_part(header | {'alg': 'none'})}.{body}.",
        "without its signature": f"{head}.{body}.",
        "with another's claims": f"{head}.{other.split('.')[1]}.{signature}",
        "nonsense": "nonsense",
        "three dots": "...",
        "endless brackets": f"{_text(b'[' * 20_000)}.{body}.{signature}",
        "a session that is no id": signed(header, claims | {"sid": "1"}),
        "another's session": signed(header, claims | {"sid": claims_of(other)["sid"]}),
        "a session of another": signed(header, claims | {"sub": claims_of(other)["sub"]}),
    }


def signed(header: dict[str, Any], claims: dict[str, Any], key: Ed25519PrivateKey = KEY) -> str:
    text = f"{_part(header)}.{_part(claims)}"
    return f"{text}.{_text(key.sign(text.encode()))}"


def hashed(header: dict[str, Any], claims: dict[str, Any], secret: bytes) -> str:
    text = f"{_part(header | {'alg': 'HS256'})}.{_part(claims)}"
    return f"{text}.{_text(hmac.digest(secret, text.encode(), hashlib.sha256))}"


def _part(value: dict[str, Any]) -> str:
    return _text(json.dumps(value).encode())


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")
