"""TOTP secrets of staff: offered by a ticket, kept encrypted, a step of time used once."""

import base64
import hashlib
import hmac
from datetime import datetime

import pyotp
from nacl.secret import SecretBox

from services.auth.domain.totp import step_of_code
from services.auth.settings import Settings

_SECRET_BYTES = 20


def offered(settings: Settings, ticket: str) -> str:
    """The secret that an enrolment's ticket stands for, base32: made of it, so that none is kept or carried."""
    raw = hmac.digest(_key(settings, "offered"), ticket.encode(), hashlib.sha256)[:_SECRET_BYTES]
    return base64.b32encode(raw).decode()


def uri(settings: Settings, login: str, secret: str) -> str:
    """What an app reads as a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=settings.retailer)


def sealed(settings: Settings, secret: str) -> bytes:
    """As the table keeps it: a stolen table is worthless without the pepper."""
    return bytes(SecretBox(_key(settings, "sealed")).encrypt(secret.encode()))


def step_of(settings: Settings, kept: bytes, code: str, now: datetime, last: int | None) -> int | None:
    """The unused step whose code it is, by the secret that the table keeps; None for a wrong one."""
    secret = SecretBox(_key(settings, "sealed")).decrypt(kept).decode()
    return step_of_code(secret, code, now, last)


def _key(settings: Settings, purpose: str) -> bytes:
    pepper = settings.pepper.get_secret_value().encode()
    return hmac.digest(pepper, f"staff-totp:{purpose}".encode(), hashlib.sha256)
