"""Queries of the audit trail."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from services.auth.models import Act, LinkedAccount

_NEWEST = (Act.at.desc(), Act.id.desc())


def acts_of(session: Session, account: str | None, user: UUID | None, limit: int) -> Sequence[Act]:
    """Acts of an account, of a user, or of both when both are named; the newest first.

    An account's are also those of the profile whose primary one it is: signing out names no account.
    """
    owner = select(LinkedAccount.user_id).where(LinkedAccount.account == account, LinkedAccount.is_primary)
    of_account, of_user = Act.account == account, Act.user_id == user
    if account is None:
        wanted = [of_user]
    elif user is None:
        wanted = [of_account, Act.user_id == owner.scalar_subquery()]
    else:
        wanted = [of_account & of_user]
    # Each on its own index and no longer than the answer, however long the trail is.
    newest = [select(Act.id).where(one).order_by(*_NEWEST).limit(limit).subquery() for one in wanted]
    ids = union(*(select(found.c.id) for found in newest))
    return session.scalars(select(Act).where(Act.id.in_(ids)).order_by(*_NEWEST).limit(limit)).all()
