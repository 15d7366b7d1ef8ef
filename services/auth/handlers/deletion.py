"""The end of a profile: erased here at once, told to every service, and counted until all have erased."""

from datetime import datetime
from typing import Final, Literal
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from services.auth import letters, metrics
from services.auth.handlers import audit
from services.auth.handlers.profiles import end_sessions
from services.auth.models import ProfileDeletion
from services.auth.repository import erasure as table
from services.auth.repository import profiles
from services.auth.settings import Settings
from services.chassis import erasure
from services.chassis.outbox import emit, withdraw
from services.common.russian import date_time
from services.contracts import auth, billing, notify, payments, readings
from services.contracts.erasure import ProfileErased
from services.contracts.errors import ServiceError

ERASERS: Final = (billing.SERVICE, readings.SERVICE, payments.SERVICE, notify.SERVICE)
Reason = Literal["asked", "consent_withdrawn", "primary_removed", "released"]


def delete_profile(
    session: Session,
    settings: Settings,
    user: UUID,
    now: datetime,
    *,
    signed: UUID | None = None,
    client: str = "",
    actor: str = "customer",
    reason: Reason = "asked",
) -> bool:
    """Erase a profile and tell everybody; False when there is none. What is left: docs/personal-data.md.

    The person's own network address is erased with the profile; `client` is kept for an `actor` of staff.
    Raises `session_ended` when the owner has recovered the password while the command was on its way.
    """
    session.flush()
    person = table.lock_person(session, user)
    if person is None:
        return False
    if signed and actor == "customer" and profiles.acting(session, user, signed) is None:
        raise ServiceError("session_ended")
    end_sessions(session, user, now)
    for event, field, value in (
        (auth.LETTER_WANTED, "user", str(user)),
        (auth.LETTER_WANTED, "recipient", person.email),
        (auth.PROFILE_CHANGED, "user", str(user)),
    ):
        withdraw(session, event, field, value)
    table.erase_person(session, person, now)
    erasure.forget_now(session, user, table.erase_users)
    _tell(session, person, now)
    audit.record(
        session,
        "profile_deleted",
        now,
        account=person.primary,
        user=user,
        signed=signed,
        client="" if actor == "customer" else client,
        actor=actor,
        reason=reason,
    )
    params = {"account": person.primary, "at": date_time(now)}
    letters.send(session, settings, "profile_deleted", recipient=person.email, params=params)
    return True


def erased(session: Session, service: str, told: ProfileErased, now: datetime) -> None:
    """A service has erased the user; after the last one the deletion is finished."""
    finished = table.acknowledge(session, told.deletion, service, now)
    if finished is not None:
        audit.record(
            session, "profile_erased", now, user=told.user, actor="system", deletion=str(told.deletion)
        )


def measure(session: Session, now: datetime) -> None:
    """Set the gauges of deletions that some service has not acknowledged."""
    count, oldest = table.open_deletions(session)
    metrics.DELETIONS.set(count)
    metrics.OLDEST_DELETION.set((now - oldest).total_seconds() if oldest else 0)


def _tell(session: Session, person: table.Person, now: datetime) -> None:
    deletion = ProfileDeletion(id=uuid4(), user_id=person.user, asked_at=now, waits_for=list(ERASERS))
    session.add(deletion)
    emit(
        session,
        auth.PROFILE_DELETED,
        auth.ProfileDeleted(
            deletion=deletion.id, user=person.user, accounts=list(person.accounts), deleted_at=now
        ),
    )
