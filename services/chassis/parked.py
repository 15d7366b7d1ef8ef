"""What staff do with parked messages: list them, look at one, run an event again."""

import json
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert as upsert

from services.chassis.schema import inbox, parked
from services.contracts.events import Envelope
from services.contracts.private import PRIVATE_ADDRESSES


class NotReplayable(ValueError):
    """This parked message cannot be run again; the text says why."""


def listed(connection: Connection) -> list[dict[str, Any]]:
    """Every parked message, oldest first, without bodies."""
    columns = [column for column in parked.columns if column is not parked.c.body]
    return [dict(row._mapping) for row in connection.execute(select(*columns).order_by(parked.c.id))]


def shown(connection: Connection, number: int) -> dict[str, Any] | None:
    """One parked message whole, or None. What names a person is not shown to whoever looks at messages."""
    row = connection.execute(select(parked).where(parked.c.id == number)).first()
    if row is None:
        return None
    hidden = {"body": "(not shown: it names a person)"} if row.address in PRIVATE_ADDRESSES else {}
    return dict(row._mapping) | hidden


def retry(connection: Connection, number: int) -> UUID:
    """Move a parked event back to the inbox, due at once; the inbox still applies it at most once.

    Gives the event's id. Raises NotReplayable for an RPC, an unknown number, or a body that is no event.
    """
    row = connection.execute(select(parked).where(parked.c.id == number).with_for_update()).first()
    if row is None:
        raise NotReplayable(f"nothing is parked under {number}")
    if row.kind != "event":
        raise NotReplayable("a request is not replayed: its caller has gone, and its body was not kept")
    try:
        envelope = Envelope.model_validate(json.loads(row.body or ""))
    except ValueError as error:
        raise NotReplayable("the body is not an event, so there is nothing to apply") from error
    if row.handler is None:
        raise NotReplayable("no handler of this service takes this event")
    connection.execute(
        upsert(inbox)
        .values(
            handler=row.handler,
            event_id=envelope.id,
            state="pending",
            body=json.loads(row.body),
            next_at=row.parked_at,
        )
        .on_conflict_do_nothing()
    )
    connection.execute(delete(parked).where(parked.c.id == number))
    return envelope.id
