"""Deleting what nobody can use any more."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, func
from sqlalchemy.orm import Session

from services.auth.models import (
    Act,
    Confirmation,
    Consent,
    Device,
    Failures,
    LetterRequest,
    Objection,
    ProfileDeletion,
    RefreshToken,
    Registration,
    SignedSession,
    SpentTicket,
    StaffSession,
    TryWindow,
)


def purge(session: Session, now: datetime, idle: timedelta, trail: timedelta) -> None:
    """Old letters and tries, expired tokens and tickets, what was unused for `idle`, proofs older than `trail`."""
    day, week = timedelta(days=1), timedelta(days=7)
    old: list[Any] = [
        delete(Registration).where(Registration.expires_at < now - week),
        delete(TryWindow).where(TryWindow.last_at < now - day),
        delete(Failures).where(func.coalesce(Failures.last_at, now - week) < now - 2 * day),
        delete(Confirmation).where(Confirmation.expires_at < now - week),
        delete(Objection).where(Objection.expires_at < now),
        delete(LetterRequest).where(LetterRequest.asked_at < now - day),
        delete(SpentTicket).where(SpentTicket.expires_at < now),
        delete(StaffSession).where(StaffSession.expires_at < now - week),
        delete(Act).where(Act.at < now - trail),
        delete(Consent).where(Consent.withdrawn_at < now - trail),
        delete(ProfileDeletion).where(ProfileDeletion.finished_at < now - trail),
        delete(RefreshToken).where(RefreshToken.expires_at < now),
        delete(SignedSession).where(SignedSession.last_used_at < now - idle),
        delete(Device).where(
            Device.last_used_at < now - idle, ~exists().where(SignedSession.device_id == Device.id)
        ),
    ]
    for statement in old:
        session.execute(statement)
