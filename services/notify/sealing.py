"""Opening what was sealed to notify's key on its way here."""

from base64 import b64decode

from nacl.public import PrivateKey, SealedBox


def open_seal(private_key: str, sealed: str) -> bytes:
    """The sealed bytes; both arguments base64. Raises ValueError or nacl.exceptions.CryptoError."""
    return SealedBox(PrivateKey(b64decode(private_key))).decrypt(b64decode(sealed, validate=True))
