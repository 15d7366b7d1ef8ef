"""Access tokens verify with the told public keys, and only with them."""

import base64
import json
import secrets
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from services.auth.settings import Settings
from services.auth.signing import public_keys, sign, signing_keys

NOW = datetime.now(UTC)


def _key(kid: str) -> dict[str, str]:
    return {"kid": kid, "private": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")}


def _public(x: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(x + "="))


def test_the_first_key_signs_and_all_are_told() -> None:
    keys = signing_keys(json.dumps([_key("new"), _key("old")]))
    user, session = uuid4(), uuid4()
    now = datetime.now(UTC)
    token = sign(keys, user, session, now, now + timedelta(minutes=10))
    told = {key.kid: key.x for key in public_keys(keys)}
    assert list(told) == ["new", "old"]
    assert jwt.get_unverified_header(token) == {"alg": "EdDSA", "kid": "new", "typ": "JWT"}
    claims = jwt.decode(token, _public(told["new"]), algorithms=["EdDSA"], issuer="svet")
    assert set(claims) == {"sub", "sid", "iat", "exp", "iss"}
    assert (claims["sub"], claims["sid"]) == (str(user), str(session))
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token, _public(told["old"]), algorithms=["EdDSA"])


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "[1]", '[{"kid": "a"}]', '[{"kid": "a", "private": "c2hvcnQ"}]']
)
def test_bad_signing_keys_are_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="key") as refused:
        signing_keys(text)
    assert "c2hvcnQ" not in str(refused.value)


def test_production_refuses_the_development_keys(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setenv("SVET_ENV", "production")
    with pytest.raises(
        ValueError, match="SVET_AUTH_SIGNING_KEYS, SVET_AUTH_PEPPER, SVET_AUTH_NOTIFY_PUBLIC_KEY"
    ):
        Settings(
            database_url=settings.database_url, amqp_url=settings.amqp_url, public_url="http://svet.test"
        )
