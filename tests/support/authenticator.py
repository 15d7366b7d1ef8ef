"""An authenticator in software: answers WebAuthn's options as a browser would, or wrongly where a test says so."""

import base64
import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from tests.support.device import base64url

_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


@dataclass
class Authenticator:
    """One credential. `verified`: the person's finger or face was right; `counter` grows with each signature."""

    origin: str
    rp_id: str = "localhost"
    verified: bool = True
    counter: int = 0
    id: str = field(default_factory=lambda: base64url(os.urandom(32)))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """`navigator.credentials.create()` and `toJSON()`."""
        attestation = {"fmt": "none", "attStmt": {}, "authData": self.data(_ATTESTED) + self._attested()}
        return self._credential(
            clientDataJSON=self._client_data("webauthn.create", options),
            attestationObject=base64url(cbor2.dumps(attestation)),
            transports=["internal"],
        )

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """`navigator.credentials.get()` and `toJSON()`."""
        self.counter += 1
        return self.answer(options)

    def answer(self, options: dict[str, Any], kind: str = "webauthn.get") -> dict[str, Any]:
        """The same with the counter as it is."""
        data, client = self.data(), self._client_data(kind, options)
        signed = data + hashlib.sha256(_raw(client)).digest()
        return self._credential(
            clientDataJSON=client,
            authenticatorData=base64url(data),
            signature=base64url(self.key.sign(signed, ec.ECDSA(SHA256()))),
            userHandle=None,
        )

    def _credential(self, **response: Any) -> dict[str, Any]:
        return {
            "id": self.id,
            "rawId": self.id,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": response,
        }

    def _client_data(self, kind: str, options: dict[str, Any]) -> str:
        told = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return base64url(json.dumps(told).encode())

    def data(self, flags: int = 0) -> bytes:
        """Authenticator data without a credential."""
        flags |= _PRESENT | (_VERIFIED if self.verified else 0)
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big")

    def _attested(self) -> bytes:
        point, credential = self.key.public_key().public_numbers(), _raw(self.id)
        key = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        return bytes(16) + len(credential).to_bytes(2, "big") + credential + cbor2.dumps(key)


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
