"""Queries of consents: acts that are only added; a withdrawal is marked by the deletion of the profile."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.auth.models import Consent, LinkedAccount, User


def consents_of(session: Session, user: UUID) -> Sequence[Consent]:
    """The newest first."""
    return session.scalars(
        select(Consent)
        .where(Consent.user_id == user)
        .order_by(Consent.given_at.desc(), Consent.version.desc())
    ).all()


def is_open(session: Session, user: UUID, consent: UUID) -> bool:
    """Did this user give it, and not withdraw it?"""
    mine = (Consent.id == consent) & (Consent.user_id == user) & Consent.withdrawn_at.is_(None)
    return bool(session.scalar(select(exists().where(mine))))


def hold_primary(session: Session, user: UUID) -> str | None:
    """The primary account of a profile that is not deleted until this transaction ends; None when there is none."""
    return session.scalar(
        select(LinkedAccount.account)
        .join(User, User.id == LinkedAccount.user_id)
        .where(LinkedAccount.user_id == user, LinkedAccount.is_primary)
        .with_for_update(read=True, key_share=True, of=User)
    )


def add_once(session: Session, consent: Consent) -> bool:
    """False when the user agreed to this version before and has not withdrawn it."""
    given = {column.key: getattr(consent, column.key) for column in Consent.__table__.columns}
    added = session.scalar(
        insert(Consent)
        .values(given)
        .on_conflict_do_nothing(
            index_elements=["user_id", "purpose", "version"], index_where=text("withdrawn_at IS NULL")
        )
        .returning(Consent.id)
    )
    return added is not None
