"""Queries that erase a person: what is left is listed in docs/personal-data.md."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, case, delete, func, or_, select, update
from sqlalchemy.orm import Session

from services.auth.models import (
    Act,
    Consent,
    Failures,
    LetterRequest,
    LinkedAccount,
    ProfileDeletion,
    Registration,
    TryWindow,
    User,
)

_THEMSELVES = ("customer", "anonymous")
"""Actors of the trail whose network address is the person's own; that of staff stays."""


@dataclass(frozen=True)
class Person:
    """A profile that is about to go; `accounts` with the primary one first."""

    user: UUID
    email: str = field(repr=False)
    accounts: Sequence[str]

    @property
    def primary(self) -> str:
        return self.accounts[0]


def lock_person(session: Session, user: UUID) -> Person | None:
    """The profile, held so that no session, device or link of it is made until this transaction ends."""
    email = session.scalar(select(User.email).where(User.id == user).with_for_update())
    if email is None:
        return None
    accounts = session.scalars(
        select(LinkedAccount.account)
        .where(LinkedAccount.user_id == user)
        .order_by(LinkedAccount.is_primary.desc(), LinkedAccount.linked_at)
    ).all()
    return Person(user, email, accounts)


def erase_person(session: Session, person: Person, now: datetime) -> None:
    """The profile with all that hangs on it, and what is kept by its account or e-mail.

    Registrations of other people for the same account stay.
    """
    session.execute(delete(User).where(User.id == person.user))
    email = person.email.lower()
    used = and_(Registration.account == person.primary, Registration.used_at.is_not(None))
    session.execute(delete(Registration).where(or_(used, func.lower(Registration.email) == email)))
    recovery = and_(LetterRequest.account == person.primary, LetterRequest.kind == "recovery")
    session.execute(delete(LetterRequest).where(or_(recovery, func.lower(LetterRequest.email) == email)))
    account = person.primary
    session.execute(
        delete(Failures).where(or_(Failures.subject == account, Failures.subject.startswith(f"{account}:")))
    )
    session.execute(delete(TryWindow).where(TryWindow.subject == account))
    session.execute(
        update(Consent)
        .where(Consent.user_id == person.user, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )
    # Before there was a profile, and at its door: whoever tried this account.
    strangers = and_(Act.account == account, Act.user_id.is_(None), Act.actor.in_(_THEMSELVES))
    session.execute(update(Act).where(strangers, Act.client.is_not(None)).values(client=None))


def erase_users(session: Session, users: Sequence[UUID]) -> None:
    """What commands of these users may have left, also after the profile was gone."""
    names = [str(user) for user in users]
    session.execute(delete(Failures).where(Failures.subject.in_([f"user:{name}" for name in names])))
    session.execute(delete(TryWindow).where(TryWindow.subject.in_(names)))
    session.execute(
        update(Act)
        .where(Act.user_id.in_(users), Act.actor.in_(_THEMSELVES), Act.client.is_not(None))
        .values(client=None)
    )


def acknowledge(session: Session, deletion: UUID, service: str, now: datetime) -> ProfileDeletion | None:
    """A service has erased. Gives the deletion when it was the last one awaited."""
    left = func.array_remove(ProfileDeletion.waits_for, service)
    row = session.scalars(
        update(ProfileDeletion)
        .where(ProfileDeletion.id == deletion, ProfileDeletion.finished_at.is_(None))
        .values(waits_for=left, finished_at=case((func.cardinality(left) == 0, now), else_=None))
        .returning(ProfileDeletion)
        .execution_options(synchronize_session=False)
    ).first()
    return row if row is not None and row.finished_at is not None else None


def open_deletions(session: Session) -> tuple[int, datetime | None]:
    """How many deletions are not acknowledged by all, and when the oldest of them was asked for."""
    count, oldest = session.execute(
        select(func.count(), func.min(ProfileDeletion.asked_at)).where(ProfileDeletion.finished_at.is_(None))
    ).one()
    return int(count), oldest
