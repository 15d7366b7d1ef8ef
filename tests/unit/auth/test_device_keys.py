"""A device's key: P-256 only, and its signatures as WebCrypto makes them."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.auth.domain.device_keys import BadKey, parse_public_key, signed_by
from tests.support.device import DeviceKey, base64url

P384 = ec.generate_private_key(ec.SECP384R1()).public_key()
RSA = rsa.generate_private_key(65537, 2048).public_key()
EDWARDS = ed25519.Ed25519PrivateKey.generate().public_key()


def test_a_signature_of_the_key_holds() -> None:
    key = DeviceKey()
    assert signed_by(parse_public_key(key.public), "a ticket", key.sign("a ticket"))


def test_a_signature_of_another_key_or_text_does_not() -> None:
    key, other = DeviceKey(), DeviceKey()
    public = parse_public_key(key.public)
    assert not signed_by(public, "a ticket", other.sign("a ticket"))
    assert not signed_by(public, "a ticket", key.sign("another"))


@pytest.mark.parametrize(
    "signature", ["", "x", "=", "я", base64url(bytes(64)), base64url(bytes([255]) * 64), base64url(bytes(63))]
)
def test_what_is_no_signature_does_not_hold(signature: str) -> None:
    assert not signed_by(parse_public_key(DeviceKey().public), "a ticket", signature)


@pytest.mark.parametrize("key", [P384, RSA, EDWARDS])
def test_a_key_of_another_kind_is_refused(key: ec.EllipticCurvePublicKey) -> None:
    with pytest.raises(BadKey):
        parse_public_key(base64url(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)))


@pytest.mark.parametrize("text", ["", "x", "AAAA", "ключ", "!" * 80, base64url(bytes(91))])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(BadKey):
        parse_public_key(text)


def test_a_point_off_the_curve_is_refused() -> None:
    sound = base64.urlsafe_b64decode(DeviceKey().public + "==")
    with pytest.raises(BadKey):
        parse_public_key(base64url(sound[:-1] + bytes([sound[-1] ^ 1])))
