"""Queries of users, and of the accounts that make them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import exists, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.auth.models import Consent, LinkedAccount, User


def is_primary_somewhere(session: Session, account: str) -> bool:
    return bool(
        session.scalar(select(exists().where(LinkedAccount.account == account, LinkedAccount.is_primary)))
    )


def password_of(session: Session, account: str) -> tuple[UUID, str] | None:
    """The user whose primary account it is, and the password's hash."""
    row = session.execute(
        select(User.id, User.password_hash)
        .join(LinkedAccount, LinkedAccount.user_id == User.id)
        .where(LinkedAccount.account == account, LinkedAccount.is_primary)
    ).first()
    return (row.id, row.password_hash) if row else None


def add_user(session: Session, user: User, account: str, consent: Consent) -> bool:
    """A user with a primary account; False when another profile has it as primary (wait for one in the making)."""
    session.add(user)
    session.flush()
    linked = session.execute(
        insert(LinkedAccount)
        .values(user_id=user.id, account=account, is_primary=True, linked_at=user.created_at)
        .on_conflict_do_nothing(index_elements=["account"], index_where=text("is_primary"))
        .returning(LinkedAccount.account)
    ).first()
    if linked is None:
        session.delete(user)
        return False
    session.add(consent)
    return True


def password_hash_of(session: Session, user: UUID) -> str | None:
    """A user's own password hash."""
    return session.scalar(select(User.password_hash).where(User.id == user))


def hold_password(session: Session, user: UUID, stored: str, renewed: str | None) -> bool:
    """Whether the password's hash is still `stored`: then it stays so until this transaction ends, or becomes
    `renewed`, the same password's hash at today's cost."""
    still = (User.id == user) & (User.password_hash == stored)
    if renewed is not None:
        changed = update(User).where(still).values(password_hash=renewed).returning(User.id)
        return session.scalar(changed) is not None
    return session.scalar(select(User.id).where(still).with_for_update(read=True)) is not None


def primary_account(session: Session, user: UUID) -> str | None:
    return session.scalar(
        select(LinkedAccount.account).where(LinkedAccount.user_id == user, LinkedAccount.is_primary)
    )


def next_version(session: Session, user: UUID) -> User | None:
    """The user's row, locked, with its version grown by one; None when there is no such user."""
    return session.scalars(
        update(User).where(User.id == user).values(version=User.version + 1).returning(User)
    ).first()


def open_accounts(session: Session, user: UUID) -> Sequence[str]:
    """The accounts a user may touch now (not frozen), the primary one first."""
    return session.scalars(
        select(LinkedAccount.account)
        .where(LinkedAccount.user_id == user, LinkedAccount.frozen_at.is_(None))
        .order_by(LinkedAccount.is_primary.desc(), LinkedAccount.linked_at, LinkedAccount.account)
    ).all()
