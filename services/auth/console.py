"""What `./svet staff` does at auth's database: members of staff are made by whoever runs the servers, by nobody else.

Plain functions on a session, audited as `console`. The one-time link is told to the caller and kept as a digest.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy.orm import Session

from services.auth.domain.acts import ActName
from services.auth.domain.tokens import new_token, token_digest
from services.auth.handlers import audit
from services.auth.models import Staff
from services.auth.repository import staff as table
from services.contracts.auth.staff import Role

_LINK_LIFE = timedelta(hours=24)


class StaffError(ValueError):
    """The console asks for something that cannot be; the text says what."""


@dataclass(frozen=True)
class Link:
    """A one-time right to enrol; `token` is shown once."""

    token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True)
class Member:
    """A member of staff as `./svet staff list` shows them; `state` is enrolled, invited, expired or disabled."""

    login: str
    name: str
    roles: Sequence[str]
    state: str


def add(session: Session, login: str, name: str, roles: Sequence[Role], now: datetime) -> Link:
    """A new member of staff, who enrols by the link."""
    if table.by_login(session, login):
        raise StaffError(f"There is a {login} already: `staff reset` gives a new link.")
    token, until = new_token(), now + _LINK_LIFE
    session.add(
        Staff(
            id=uuid4(),
            login=login,
            name=name,
            roles=sorted(set(roles)),
            created_at=now,
            enrolment_hash=token_digest(token),
            enrolment_expires_at=until,
        )
    )
    _record(session, "staff_added", login, now)
    return Link(token, until)


def reset(session: Session, login: str, now: datetime) -> Link:
    """A new link: the password and the second factor are gone, sessions ended; a disabled one may enrol again."""
    row, token = _found(session, login), new_token()
    row.password_hash = row.totp_secret = row.totp_step = row.disabled_at = None
    row.enrolment_hash, row.enrolment_expires_at = token_digest(token), now + _LINK_LIFE
    table.forget_authenticators(session, row.id)
    table.end_sessions(session, row.id, now)
    _record(session, "staff_reset", login, now)
    return Link(token, row.enrolment_expires_at)


def disable(session: Session, login: str, now: datetime) -> None:
    """No sign-in and no link any more, sessions ended at once; the name stays for the audit trail."""
    row = _found(session, login)
    row.disabled_at = row.disabled_at or now
    row.enrolment_hash = row.enrolment_expires_at = None
    table.end_sessions(session, row.id, now)
    _record(session, "staff_disabled", login, now)


def everybody(session: Session, now: datetime) -> list[Member]:
    """All members of staff by login."""
    return [
        Member(row.login, row.name, list(row.roles), _state(row, now)) for row in table.everybody(session)
    ]


def _found(session: Session, login: str) -> Staff:
    row = table.locked(session, login)
    if row is None:
        raise StaffError(f"There is no {login}.")
    return row


def _state(row: Staff, now: datetime) -> str:
    if row.disabled_at:
        return "disabled"
    if row.password_hash:
        return "enrolled"
    return "invited" if row.enrolment_expires_at and row.enrolment_expires_at > now else "expired"


def _record(session: Session, act: ActName, login: str, now: datetime) -> None:
    audit.record(session, act, now, actor="console", login=login)
