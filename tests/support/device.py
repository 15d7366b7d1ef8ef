"""A device as auth knows it: its key pair, and what it asks over the bus."""

import base64
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from services.contracts import auth
from services.contracts.auth import devices as contract
from services.contracts.auth.words import SessionCommand
from services.contracts.base import Done
from tests.support.bus import SyncBus


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class DeviceKey:
    """P-256; signs as WebCrypto does: raw r||s."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())

    @property
    def public(self) -> str:
        spki = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return base64url(spki)

    def sign(self, text: str) -> str:
        r, s = decode_dss_signature(self._key.sign(text.encode(), ec.ECDSA(SHA256())))
        return base64url(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


@dataclass
class Device:
    """A device over the bus: its key, and the session that it was signed in with."""

    bus: SyncBus
    tokens: auth.Tokens
    client: str = "10.1.2.3"
    key: DeviceKey = field(default_factory=DeviceKey)

    @property
    def id(self) -> UUID:
        assert self.tokens.device is not None
        return self.tokens.device

    def asked(self, **more: Any) -> dict[str, Any]:
        """Who asks, for a command of the session."""
        return {"user": self.tokens.user, "session": self.tokens.session, "client": self.client} | more

    def ticket(self) -> str:
        request = contract.TicketRequest(device=self.id)
        return self.bus.call(contract.DEVICE_TICKET, request).ticket

    def view(self) -> contract.DeviceView:
        request = contract.DeviceRequest(user=self.tokens.user, session=self.tokens.session)
        return self.bus.call(contract.DEVICE, request)

    def set_pin(self, pin: str, **other: Any) -> "Future[Done]":
        told = self.asked(pin=pin, public_key=self.key.public) | self._proof(other) | other
        return self.bus.submit(contract.SET_PIN, contract.PinSetting.model_validate(told))

    def change_pin(self, current: str, pin: str, **other: Any) -> "Future[Done]":
        return self.set_pin(pin, current_pin=current, public_key=None, **other)

    def pin_off(self) -> None:
        self.bus.call(contract.PIN_OFF, SessionCommand.model_validate(self.asked()))

    def try_pin(self, pin: str, **other: Any) -> "Future[auth.Tokens]":
        told = {"device": self.id, "pin": pin, "client": self.client} | self._proof(other) | other
        return self.bus.submit(contract.SIGN_IN_BY_PIN, contract.PinSignIn.model_validate(told))

    def with_pin(self, pin: str) -> "Device":
        self.set_pin(pin).result()
        return self

    def _proof(self, other: dict[str, Any]) -> dict[str, Any]:
        ticket = other.get("ticket") or self.ticket()
        return {"ticket": ticket, "signature": self.key.sign(ticket)}
