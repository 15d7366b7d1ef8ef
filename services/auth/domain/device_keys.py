"""A device's key pair: P-256, made by WebCrypto in the browser or by the app, its private half never leaves."""

import base64
import binascii

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

_HALF = 32


class BadKey(ValueError):
    """Not a P-256 public key."""


def parse_public_key(text: str) -> bytes:
    """The key (DER, SubjectPublicKeyInfo) of what a device sent in base64url. Raises BadKey."""
    key = _loaded(_bytes(text))
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def signed_by(public_key: bytes, text: str, signature: str) -> bool:
    """Is it the key's signature over the text's UTF-8 bytes? Raw r||s in base64url, as WebCrypto makes it."""
    try:
        raw = _bytes(signature)
    except BadKey:
        return False
    if len(raw) != 2 * _HALF:
        return False
    r, s = (int.from_bytes(half, "big") for half in (raw[:_HALF], raw[_HALF:]))
    try:
        _loaded(public_key).verify(encode_dss_signature(r, s), text.encode(), ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def _loaded(der: bytes) -> ec.EllipticCurvePublicKey:
    try:
        key = load_der_public_key(der)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadKey("not a public key") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise BadKey("not a P-256 key")
    return key


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadKey("not base64url") from error
