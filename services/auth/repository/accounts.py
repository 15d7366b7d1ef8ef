"""Queries of linked accounts, and of the chances to object to them.

Locks are taken in one order: the row of the user whose link it is, then the account (`lock_account`), then the
rows of its other holders (shared). Whoever deletes a user locks that user's row only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from services.auth.domain.linking import Link
from services.auth.models import LinkedAccount, Objection, SignedSession, User


@dataclass(frozen=True)
class Holder:
    """A profile that holds an account; `last_used_at` is of its newest session."""

    user: UUID
    email: str
    phone: str
    primary: bool
    frozen: bool
    removed: bool
    """Removed from the cabinet while frozen: kept so that it cannot be linked anew."""
    linked_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True)
class Objected:
    """A chance to object, and what it is about now."""

    holder: UUID
    linker: UUID
    account: str
    linked_at: datetime
    expires_at: datetime
    used_at: datetime | None
    holds: bool
    """The holder still may touch the account."""
    linked: bool
    """The linker still has the very link that the letter told of."""
    frozen: bool


def lock_user(session: Session, user: UUID) -> User | None:
    """The user's row, so that changes of one cabinet take turns; rows may refer to it meanwhile."""
    return session.scalars(select(User).where(User.id == user).with_for_update(key_share=True)).first()


def lock_account(session: Session, account: str) -> None:
    """Whoever adds a holder to an account takes turns, until the transaction ends."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"account:{account}", 0))))


def links_around(session: Session, user: UUID, account: str) -> list[Link]:
    """Every link of the user and every link of the account."""
    rows = session.execute(
        select(
            LinkedAccount.user_id,
            LinkedAccount.account,
            LinkedAccount.is_primary,
            LinkedAccount.frozen_at.is_not(None),
            LinkedAccount.removed_at.is_not(None),
        ).where(or_(LinkedAccount.user_id == user, LinkedAccount.account == account))
    )
    return [Link(*row) for row in rows.tuples()]


def link_of(session: Session, user: UUID, account: str) -> Link | None:
    """The account as it is in the user's cabinet; None when it is not there."""
    found = links_around(session, user, account)
    return next(
        (link for link in found if (link.user, link.account) == (user, account) and not link.removed), None
    )


def add_link(session: Session, user: UUID, account: str, now: datetime) -> None:
    """An additional account."""
    session.execute(
        insert(LinkedAccount).values(user_id=user, account=account, is_primary=False, linked_at=now)
    )


def unlink(session: Session, user: UUID, account: str) -> bool:
    """Take an additional account from a cabinet, whatever its state; it may be linked anew. False: not there."""
    return _touched(session, delete(LinkedAccount).where(_link(user, account), ~LinkedAccount.is_primary))


def remove_frozen(session: Session, user: UUID, account: str, now: datetime) -> bool:
    """Take a frozen additional account out of the cabinet and remember that it is frozen."""
    gone = update(LinkedAccount).where(_link(user, account), ~LinkedAccount.is_primary)
    return _touched(session, gone.where(LinkedAccount.frozen_at.is_not(None)).values(removed_at=now))


def freeze(session: Session, user: UUID, account: str, linked_at: datetime, now: datetime) -> bool:
    """Freeze the link that was made at `linked_at`. False when it is another one, gone, or frozen already."""
    frozen = update(LinkedAccount).where(_link(user, account), LinkedAccount.linked_at == linked_at)
    return _touched(session, frozen.where(LinkedAccount.frozen_at.is_(None)).values(frozen_at=now))


def unfreeze(session: Session, user: UUID, account: str) -> bool:
    """Give a frozen link back; one that its owner removed meanwhile may be linked anew. False: none is frozen."""
    frozen = and_(_link(user, account), LinkedAccount.frozen_at.is_not(None))
    kept = update(LinkedAccount).where(frozen, LinkedAccount.removed_at.is_(None)).values(frozen_at=None)
    removed = delete(LinkedAccount).where(frozen, LinkedAccount.removed_at.is_not(None))
    return _touched(session, kept) or _touched(session, removed)


def holders_of(session: Session, account: str) -> list[Holder]:
    """Everybody who holds the account, the primary holder first: for staff only."""
    used = (
        select(func.max(SignedSession.last_used_at))
        .where(SignedSession.user_id == User.id)
        .correlate(User)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            User.id,
            User.email,
            User.phone,
            LinkedAccount.is_primary,
            LinkedAccount.frozen_at.is_not(None),
            LinkedAccount.removed_at.is_not(None),
            LinkedAccount.linked_at,
            used,
        )
        .join(LinkedAccount, LinkedAccount.user_id == User.id)
        .where(LinkedAccount.account == account)
        .order_by(LinkedAccount.is_primary.desc(), LinkedAccount.linked_at, User.id)
    )
    return [Holder(*row) for row in rows.tuples()]


def others_holding(session: Session, account: str, but: UUID) -> list[tuple[UUID, str]]:
    """(user, e-mail) of everybody else who may touch the account; they cannot vanish until the transaction ends."""
    rows = session.execute(
        select(User.id, User.email)
        .join(LinkedAccount, LinkedAccount.user_id == User.id)
        .where(LinkedAccount.account == account, User.id != but, LinkedAccount.frozen_at.is_(None))
        .order_by(User.id)
        .with_for_update(read=True, key_share=True, of=User)
    )
    return [(row.id, row.email) for row in rows]


def add_objections(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    session.execute(insert(Objection).values(list(rows)))


def lock_linker(session: Session, token_hash: str) -> User | None:
    """The user whose link an objection is about, locked: objections to one link take turns. None: no such token."""
    linker = select(Objection.linker_id).where(Objection.token_hash == token_hash).scalar_subquery()
    return session.scalars(select(User).where(User.id == linker).with_for_update(key_share=True)).first()


def objected(session: Session, token_hash: str) -> Objected | None:
    """What a token is about; read it after `lock_linker`."""
    holds = exists().where(
        LinkedAccount.user_id == Objection.holder_id,
        LinkedAccount.account == Objection.account,
        LinkedAccount.frozen_at.is_(None),
    )
    same = and_(
        LinkedAccount.user_id == Objection.linker_id,
        LinkedAccount.account == Objection.account,
        LinkedAccount.linked_at == Objection.linked_at,
        LinkedAccount.removed_at.is_(None),
    )
    row = session.execute(
        select(
            Objection.holder_id,
            Objection.linker_id,
            Objection.account,
            Objection.linked_at,
            Objection.expires_at,
            Objection.used_at,
            holds,
            exists().where(same),
            exists().where(same, LinkedAccount.frozen_at.is_not(None)),
        ).where(Objection.token_hash == token_hash)
    ).first()
    return Objected(*row) if row else None


def use_objection(session: Session, token_hash: str, now: datetime) -> None:
    session.execute(update(Objection).where(Objection.token_hash == token_hash).values(used_at=now))


def _link(user: UUID, account: str) -> Any:
    return and_(LinkedAccount.user_id == user, LinkedAccount.account == account)


def _touched(session: Session, statement: Any) -> bool:
    done = session.execute(statement.execution_options(synchronize_session=False))
    return bool(cast(CursorResult[Any], done).rowcount)
