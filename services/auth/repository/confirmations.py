"""Queries of letters with a link and a code that change a profile: recovery, a new e-mail."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.orm import Session

from services.auth.models import Confirmation, LinkedAccount, User
from services.auth.repository.codes import count_code


@dataclass(frozen=True)
class Owner:
    """An activated profile: its user, e-mail and primary account."""

    user: UUID
    email: str = field(repr=False)
    account: str


def owners(session: Session, asked: Collection[tuple[str, str]]) -> Sequence[Owner]:
    """The profiles of primary accounts and e-mails (in small letters).

    Held: an e-mail that is being replaced is waited for, so that no letter goes to the former one afterwards.
    """
    asker = tuple_(LinkedAccount.account, func.lower(User.email))
    rows = session.execute(
        select(User.id, User.email, LinkedAccount.account)
        .join(LinkedAccount, LinkedAccount.user_id == User.id)
        .where(asker.in_(asked), LinkedAccount.is_primary)
        .order_by(User.id)
        .with_for_update(read=True, of=User)
    )
    return [Owner(*row) for row in rows.tuples()]


def by_token(session: Session, kind: str, token_hash: str) -> Confirmation | None:
    """Not locked: `spend` decides who of two comes first."""
    return session.scalars(
        select(Confirmation).where(Confirmation.token_hash == token_hash, Confirmation.kind == kind)
    ).first()


def count_code_of_account(session: Session, kind: str, account: str) -> Sequence[Confirmation]:
    """Count a code typed for an account against each of its letters with tries left. Gives them, newest first."""
    return count_code(session, Confirmation, Confirmation.account == account, Confirmation.kind == kind)


def count_code_of_user(session: Session, kind: str, user: UUID) -> Sequence[Confirmation]:
    """The same for a code that a signed-in person types."""
    return count_code(session, Confirmation, Confirmation.user_id == user, Confirmation.kind == kind)


def spend(session: Session, confirmation: UUID, now: datetime) -> bool:
    """Use a letter, once; False when it is used or stale by now. The new address is in the profile, or nowhere."""
    used = (
        update(Confirmation)
        .where(Confirmation.id == confirmation, Confirmation.used_at.is_(None), Confirmation.expires_at > now)
        .values(used_at=now, email="")
        .returning(Confirmation.id)
        .execution_options(synchronize_session=False)
    )
    return session.scalar(used) is not None


def make_stale(session: Session, users: Collection[UUID], now: datetime, kind: str | None = None) -> None:
    """The letters of users that could still be used, of a kind or all, can be no more."""
    live = (
        update(Confirmation)
        .where(Confirmation.user_id.in_(users), Confirmation.used_at.is_(None), Confirmation.expires_at > now)
        .values(expires_at=now, email="")
        .execution_options(synchronize_session=False)
    )
    session.execute(live if kind is None else live.where(Confirmation.kind == kind))
