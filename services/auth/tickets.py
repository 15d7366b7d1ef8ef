"""Tickets: signed, short-lived questions of ours; nothing is kept until one is answered, and it is answered once."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from uuid import UUID, uuid4

import jwt
from sqlalchemy.orm import Session

from services.auth.domain.tokens import token_digest
from services.auth.repository import tickets as table
from services.auth.settings import Settings
from services.contracts.errors import ServiceError

Kind = Literal["pin", "webauthn-create", "webauthn-get", "staff-enrolment", "staff-sign-in"]
"""What a ticket is for: one of another kind is none."""

LIFE = timedelta(minutes=2)
_ALGORITHM = "HS256"


@dataclass(frozen=True)
class Ticket:
    """A sound ticket of ours: `subject` is whom it was given to (a device, a member of staff)."""

    subject: UUID
    expires_at: datetime
    claims: Mapping[str, Any]


def issue(
    settings: Settings, kind: Kind, subject: UUID, now: datetime, life: timedelta = LIFE, **claims: Any
) -> str:
    """A new ticket. `claims` are plain JSON, readable by whoever holds the ticket."""
    told = claims | {"aud": kind, "sub": str(subject), "exp": expiry(now, life), "jti": uuid4().hex}
    return jwt.encode(told, _key(settings), algorithm=_ALGORITHM)


def expiry(now: datetime, life: timedelta = LIFE) -> datetime:
    """When a ticket issued now runs out: a whole second, as the ticket itself says it."""
    return (now + life).replace(microsecond=0)


def read(settings: Settings, kind: Kind, ticket: str, now: datetime) -> Ticket:
    """What a ticket says. Raises `ticket_stale` for one that ran out, is of another kind, or is not ours."""
    try:
        claims = jwt.decode(
            ticket,
            _key(settings),
            algorithms=[_ALGORITHM],
            audience=kind,
            # The moment is the caller's, not the library's own clock.
            options={"require": ["exp", "aud", "sub", "jti"], "verify_exp": False},
        )
        found = Ticket(UUID(claims["sub"]), datetime.fromtimestamp(claims["exp"], UTC), claims)
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise ServiceError("ticket_stale") from error
    if found.expires_at <= now:
        raise ServiceError("ticket_stale")
    return found


def read_for(settings: Settings, kind: Kind, subject: UUID, ticket: str, now: datetime) -> Ticket:
    """The same, of a ticket that must have been given to `subject`."""
    found = read(settings, kind, ticket, now)
    if found.subject != subject:
        raise ServiceError("ticket_stale")
    return found


def spend(session: Session, ticket: str, expires_at: datetime) -> None:
    """Use a ticket up with this transaction. Raises `ticket_stale` when it has been used.

    What it says is remembered, not how its signature is written: base64 has several ways.
    """
    said = ticket.rpartition(".")[0]
    if not table.add_spent(session, token_digest(said), expires_at):
        raise ServiceError("ticket_stale")


def challenge_of(ticket: str) -> bytes:
    """WebAuthn's challenge, so that none has to be kept while the authenticator is asked."""
    return hashlib.sha256(ticket.encode()).digest()


def _key(settings: Settings) -> bytes:
    pepper = settings.pepper.get_secret_value().encode()
    return hmac.digest(pepper, b"tickets", hashlib.sha256)
