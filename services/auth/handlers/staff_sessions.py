"""Sessions of staff: an opaque token, asked for at every request; they end at once, unused, and in the evening."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast
from uuid import uuid4

from sqlalchemy.orm import Session

from services.auth.domain.tokens import new_token, token_digest
from services.auth.handlers import audit
from services.auth.models import Staff, StaffSession
from services.auth.repository import staff as table
from services.auth.settings import Settings
from services.contracts.auth import staff as contract
from services.contracts.errors import ServiceError


def open_session(
    session: Session, settings: Settings, row: Staff, factor: contract.Factor, client: str, now: datetime
) -> contract.StaffTokens:
    """After both factors: begin a session."""
    token, until = new_token(), now + timedelta(hours=settings.staff_session_hours)
    signed = StaffSession(
        id=uuid4(),
        staff_id=row.id,
        token_hash=token_digest(token),
        created_at=now,
        last_used_at=now,
        expires_at=until,
        client=client,
    )
    session.add(signed)
    actor = f"staff:{row.login}"
    audit.record(session, "staff_signed_in", now, actor=actor, signed=signed.id, client=client, factor=factor)
    return contract.StaffTokens(
        token=token,
        expires_at=until,
        staff=row.id,
        session=signed.id,
        name=row.name,
        roles=_roles(row.roles),
    )


def view(
    session: Session, settings: Settings, request: contract.StaffSessionRequest, now: datetime
) -> contract.StaffView:
    """A live session, used now. Raises `session_ended`."""
    digest = token_digest(request.token.get_secret_value())
    found = table.touch_session(session, digest, now, timedelta(minutes=settings.staff_idle_minutes))
    if found is None:
        raise ServiceError("session_ended")
    return contract.StaffView(
        staff=found.staff,
        session=found.session,
        login=found.login,
        name=found.name,
        roles=_roles(found.roles),
    )


def sign_out(session: Session, request: contract.StaffSignOut, now: datetime) -> None:
    """End a session; an ended or unknown one is left as it is."""
    found = table.signed_staff(session, request.staff, request.session, now)
    if found is not None and table.end_sessions(session, found.staff, now, only=found.session):
        actor = f"staff:{found.login}"
        audit.record(
            session, "staff_signed_out", now, actor=actor, signed=found.session, client=request.client
        )


def _roles(kept: Sequence[str]) -> list[contract.Role]:
    return cast(list[contract.Role], list(kept))
