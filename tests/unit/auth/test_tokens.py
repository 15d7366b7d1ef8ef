"""Tokens, codes, and which used refresh token is forgiven."""

import base64
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from services.auth.domain.tokens import Use, code_digest, new_code, new_token, token_digest, use_of_refresh

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
GRACE = timedelta(seconds=10)


def test_a_token_has_32_random_bytes() -> None:
    token = new_token()
    assert len(base64.urlsafe_b64decode(token + "=")) == 32
    assert token != new_token()


def test_a_code_has_six_digits() -> None:
    codes = {new_code() for _ in range(200)}
    assert all(len(code) == 6 and code.isascii() and code.isdigit() for code in codes)
    assert len(codes) > 190


def test_a_digest_of_a_code_belongs_to_one_letter_and_one_pepper() -> None:
    registration = UUID(int=1)
    digest = code_digest("pepper", registration, "012345")
    assert digest == code_digest("pepper", registration, "012345")
    assert digest != code_digest("pepper", uuid4(), "012345")
    assert digest != code_digest("other", registration, "012345")
    assert "012345" not in digest
    assert token_digest("012345") != digest


def test_an_unused_refresh_token_rotates() -> None:
    assert use_of_refresh(None, NOW, GRACE) is Use.FIRST


def test_another_use_at_once_is_forgiven() -> None:
    assert use_of_refresh(NOW, NOW + timedelta(seconds=9), GRACE) is Use.FORGIVEN


def test_a_later_use_is_a_replay() -> None:
    assert use_of_refresh(NOW, NOW + GRACE, GRACE) is Use.REPLAY
    assert use_of_refresh(NOW, NOW, timedelta(0)) is Use.REPLAY
