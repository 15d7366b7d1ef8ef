"""Time-based codes (RFC 6238): which time step a code is of. Pure."""

import hmac
from datetime import datetime

import pyotp

SECONDS = 30
_AROUND = (0, -1, 1)
"""Clocks of phones go wrong by a step; the current one is the likeliest."""


def step_of_code(secret: str, code: str, now: datetime, last: int | None) -> int | None:
    """The step whose code it is, within one step of now and after `last`, the last used one; else None.

    `secret` is base32. A step is used once: whoever looks over the shoulder comes too late.
    """
    current = int(now.timestamp()) // SECONDS
    totp = pyotp.TOTP(secret, interval=SECONDS)
    found = None
    for step in (current + offset for offset in _AROUND):
        fits = hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())
        if fits and (last is None or step > last) and found is None:
            found = step
    return found
