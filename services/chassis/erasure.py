"""Erasing a person in a service's database, also what a command of theirs that was on its way left behind."""

import json
from collections.abc import Callable, Sequence
from typing import Any, Final
from uuid import UUID, uuid5

from sqlalchemy import bindparam, delete, func, null, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.chassis.outbox import emit
from services.chassis.schema import erased_users, idempotency, inbox, parked
from services.contracts.base import Event
from services.contracts.erasure import ProfileDeleted, ProfileErased

Payload = dict[str, Any]
Own = Callable[[Session, Sequence[UUID]], None]
"""Erases users in the service's own tables. It is run again for a while: it must not need to be the first."""

_ON_ITS_WAY: Final = text("interval '15 minutes'")
"""Far longer than any command of a user may run: one that was let in before the sessions ended."""
_ITSELF: Final = ("profile.deleted", "profile.erased")
"""The erasure's own events must name the user until they are handled."""


def forget(
    session: Session,
    deleted: ProfileDeleted,
    told: Event[ProfileErased],
    own: Own,
    unwanted: Callable[[Payload], bool] = lambda _: False,
) -> None:
    """Erase a deleted profile's user and acknowledge it, in this transaction.

    `unwanted` says which waiting events of the user are not handled any more; the others lose the user's id.
    """
    forget_now(session, deleted.user, own, unwanted)
    receipt = ProfileErased(deletion=deleted.deletion, user=deleted.user)
    emit(session, told, receipt, event_id=uuid5(deleted.deletion, told.source))


def forget_again(session: Session, own: Own, unwanted: Callable[[Payload], bool] = lambda _: False) -> None:
    """Erase what came of users' commands that were being run while the users were erased."""
    recent = erased_users.c.erased_at > func.clock_timestamp() - _ON_ITS_WAY
    users = session.scalars(select(erased_users.c.user_id).where(recent)).all()
    if users:
        _erase(session, users, own, unwanted)
    session.execute(delete(erased_users).where(~recent))


def forget_now(
    session: Session, user: UUID, own: Own, unwanted: Callable[[Payload], bool] = lambda _: False
) -> None:
    """Erase a user now, and again for a while by `forget_again`."""
    session.execute(insert(erased_users).values(user_id=user).on_conflict_do_nothing())
    _erase(session, [user], own, unwanted)


def erase_callers(session: Session, scopes: Sequence[str]) -> None:
    """The records of commands run for these callers, with their replies (`Caller.scope`)."""
    session.execute(delete(idempotency).where(idempotency.c.scope.in_(scopes)))


def _erase(session: Session, users: Sequence[UUID], own: Own, unwanted: Callable[[Payload], bool]) -> None:
    erase_callers(session, [str(user) for user in users])
    _erase_waiting(session, users, unwanted)
    _erase_parked(session, users, unwanted)
    own(session, users)


def _erase_waiting(session: Session, users: Sequence[UUID], unwanted: Callable[[Payload], bool]) -> None:
    """Events in the inbox that wait for another attempt."""
    waiting = session.execute(
        select(inbox.c.handler, inbox.c.event_id, inbox.c.body)
        .where(
            inbox.c.state == "pending",
            inbox.c.body["payload"]["user"].astext.in_([str(user) for user in users]),
            inbox.c.body["type"].astext.not_in(_ITSELF),
        )
        .with_for_update()
    ).all()
    dropped = [row for row in waiting if unwanted(row.body["payload"])]
    left = [_of(row) | {"left": _nameless(row.body)} for row in waiting if row not in dropped]
    one = update(inbox).where(inbox.c.handler == bindparam("by"), inbox.c.event_id == bindparam("event"))
    if dropped:
        done = one.values(state="done", body=null(), next_at=None, error=None)
        session.connection().execute(done, [_of(row) for row in dropped])
    if left:
        session.connection().execute(one.values(body=bindparam("left")), left)


def _of(row: Any) -> dict[str, Any]:
    return {"by": row.handler, "event": row.event_id}


def _erase_parked(session: Session, users: Sequence[UUID], unwanted: Callable[[Payload], bool]) -> None:
    """Parked messages that name a user: unwanted ones go, unreadable ones keep their reason and digest only."""
    names = or_(*(parked.c.body.contains(str(user)) for user in users))
    itself = or_(*(parked.c.address.endswith(f"/{event}") for event in _ITSELF))
    found = session.execute(select(parked.c.id, parked.c.body, parked.c.handler).where(names, ~itself)).all()
    left = {row.id: _left(row.body, users) if row.handler else None for row in found}
    gone = [row.id for row in found if row.handler and unwanted(json.loads(row.body)["payload"])]
    changes = [{"number": number, "left": body} for number, body in left.items() if number not in gone]
    session.execute(delete(parked).where(parked.c.id.in_(gone)))
    if changes:
        statement = update(parked).where(parked.c.id == bindparam("number")).values(body=bindparam("left"))
        session.connection().execute(statement, changes)


def _left(body: str, users: Sequence[UUID]) -> str | None:
    left = json.dumps(_nameless(json.loads(body)), ensure_ascii=False)
    return None if any(str(user) in left for user in users) else left


def _nameless(event: dict[str, Any]) -> dict[str, Any]:
    return event | {"payload": event["payload"] | {"user": None}}
