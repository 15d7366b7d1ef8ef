"""Codes of authenticator apps: near enough in time, and used once."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pyotp
import pytest

from services.auth import tickets, totp
from services.auth.domain.totp import SECONDS, step_of_code
from services.auth.settings import Settings

NOW = datetime(2026, 11, 22, 12, 0, 10, tzinfo=UTC)
STEP = int(NOW.timestamp()) // SECONDS
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code(step: int) -> str:
    return pyotp.TOTP(SECRET).generate_otp(step)


@pytest.mark.parametrize("offset", [-1, 0, 1])
def test_a_clock_may_be_a_step_wrong(offset: int) -> None:
    assert step_of_code(SECRET, code(STEP + offset), NOW, None) == STEP + offset


@pytest.mark.parametrize("offset", [-20, -2, 2, 20])
def test_a_clock_may_not_be_more_wrong(offset: int) -> None:
    assert step_of_code(SECRET, code(STEP + offset), NOW, None) is None


@pytest.mark.parametrize("last", [STEP, STEP + 1])
def test_a_step_and_those_before_it_are_used_once(last: int) -> None:
    assert step_of_code(SECRET, code(STEP), NOW, last) is None


def test_the_next_step_is_good_after_a_used_one() -> None:
    assert step_of_code(SECRET, code(STEP), NOW, STEP - 1) == STEP
    assert step_of_code(SECRET, code(STEP), NOW + timedelta(seconds=SECONDS), STEP - 1) == STEP


@pytest.mark.parametrize("typed", ["", "000000", "12345", "abcdef", "１２３４５６"])
def test_another_text_is_no_code(typed: str) -> None:
    assert typed != code(STEP)
    assert step_of_code(SECRET, typed, NOW, None) is None


def test_a_code_as_rfc_6238_has_it() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert step_of_code(secret, "081804", datetime.fromtimestamp(1111111109, UTC), None) == 37037036


def test_the_offered_secret_is_the_ticket_s_and_not_in_it(settings: Settings) -> None:
    staff = uuid4()
    ticket, other = (tickets.issue(settings, "staff-enrolment", staff, NOW) for _ in range(2))
    secret = totp.offered(settings, ticket)
    assert secret == totp.offered(settings, ticket) != totp.offered(settings, other)
    assert len(secret) == 32
    assert secret not in ticket
    uri = totp.uri(settings, "ivanova", secret)
    parsed = pyotp.parse_uri(uri)
    assert (parsed.secret, parsed.name, parsed.issuer) == (secret, "ivanova", settings.retailer)


def test_what_the_table_keeps_does_not_tell_the_secret(settings: Settings) -> None:
    kept = totp.sealed(settings, SECRET)
    assert SECRET.encode() not in kept
    assert kept != totp.sealed(settings, SECRET)
    assert totp.step_of(settings, kept, code(STEP), NOW, None) == STEP
    assert totp.step_of(settings, kept, code(STEP), NOW, STEP) is None
