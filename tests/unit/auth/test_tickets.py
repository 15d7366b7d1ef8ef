"""A ticket is ours, for one purpose and one subject, and runs out."""

import base64
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import jwt
import pytest
from pydantic import SecretStr

from services.auth import tickets
from services.auth.settings import Settings
from services.contracts.errors import ServiceError

NOW = datetime(2026, 11, 22, 12, 0, 0, 700, tzinfo=UTC)


def test_a_ticket_says_whom_it_was_given_to_and_until_when(settings: Settings) -> None:
    device = uuid4()
    ticket = tickets.issue(settings, "pin", device, NOW, step=7)
    read = tickets.read(settings, "pin", ticket, NOW + timedelta(seconds=119))
    assert (read.subject, read.claims["step"]) == (device, 7)
    assert read.expires_at == tickets.expiry(NOW)
    assert len(ticket) < 1024


def test_no_two_tickets_are_the_same(settings: Settings) -> None:
    device = uuid4()
    once, again = (tickets.issue(settings, "pin", device, NOW) for _ in range(2))
    assert once != again
    assert tickets.challenge_of(once) != tickets.challenge_of(again)
    assert len(tickets.challenge_of(once)) == 32


def test_a_ticket_runs_out(settings: Settings) -> None:
    ticket = tickets.issue(settings, "pin", uuid4(), NOW)
    with pytest.raises(ServiceError, match="ticket_stale"):
        tickets.read(settings, "pin", ticket, NOW + tickets.LIFE)


def test_a_ticket_of_another_kind_or_subject_is_none(settings: Settings) -> None:
    ticket = tickets.issue(settings, "webauthn-get", uuid4(), NOW)
    with pytest.raises(ServiceError, match="ticket_stale"):
        tickets.read(settings, "pin", ticket, NOW)
    with pytest.raises(ServiceError, match="ticket_stale"):
        tickets.read_for(settings, "webauthn-get", uuid4(), ticket, NOW)


@pytest.mark.parametrize(
    "how", ["empty", "nonsense", "not even text", "another key", "no signature", "another signature"]
)
def test_a_forged_ticket_is_refused(how: str, settings: Settings) -> None:
    head, body, signature = tickets.issue(settings, "pin", uuid4(), NOW).split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    forged = {
        "empty": "",
        "nonsense": "x",
        "not even text": "а.б.в",
        "another key": jwt.encode(claims, "x" * 32, algorithm="HS256"),
        "no signature": f"{unsigned}.{body}.",
        "another signature": f"{head}.{body}.{'A' * len(signature)}",
    }
    with pytest.raises(ServiceError, match="ticket_stale"):
        tickets.read(settings, "pin", forged[how], NOW)


def test_a_ticket_under_another_pepper_is_none(settings: Settings) -> None:
    ticket = tickets.issue(settings, "pin", uuid4(), NOW)
    other = settings.model_copy(update={"pepper": SecretStr("another")})
    with pytest.raises(ServiceError, match="ticket_stale"):
        tickets.read(other, "pin", ticket, NOW)
