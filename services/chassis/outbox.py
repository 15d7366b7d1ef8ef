"""The transactional outbox: an event is written with its fact, leased by a relay, deleted after its confirm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, or_, select, text, update
from sqlalchemy.orm import Session

from services.chassis import calls
from services.chassis.schema import outbox
from services.common.clock import real_now
from services.contracts.base import Event, PayloadT
from services.contracts.events import Envelope

LEASE_SECONDS = 30


@dataclass(frozen=True)
class Waiting:
    """An event that this relay holds the lease of."""

    seq: int
    event: str
    body: dict[str, Any]
    traceparent: str


def emit(
    session: Session,
    event: Event[PayloadT],
    payload: PayloadT,
    *,
    event_id: UUID | None = None,
    occurred_at: datetime | None = None,
) -> UUID:
    """Tell an event when this transaction commits. Gives the event's id (its own, or the one derived by you)."""
    envelope = _enveloped(event, payload, event_id or uuid4(), occurred_at or real_now())
    _write(session, [envelope])
    return envelope.id


def emit_all(session: Session, event: Event[PayloadT], payloads: Sequence[PayloadT]) -> None:
    """Tell several events of a kind, in one statement; nothing for none."""
    now = real_now()
    _write(session, [_enveloped(event, payload, uuid4(), now) for payload in payloads])


def _enveloped(event: Event[PayloadT], payload: PayloadT, event_id: UUID, occurred_at: datetime) -> Envelope:
    return Envelope(
        id=event_id,
        type=event.name,
        source=event.source,
        occurred_at=occurred_at,
        payload=payload.model_dump(mode="json"),
    )


def _write(session: Session, envelopes: Sequence[Envelope]) -> None:
    if not envelopes:
        return
    traceparent = calls.current().traceparent
    rows = [
        {
            "id": envelope.id,
            "event": envelope.type,
            # Its payload is JSON already: a batch of a closing is not walked through twice.
            "body": envelope.model_dump(mode="json", exclude={"payload"}) | {"payload": envelope.payload},
            "traceparent": traceparent,
        }
        for envelope in envelopes
    ]
    session.execute(insert(outbox).values(rows))
    session.info["emitted"] = True


def withdraw(session: Session, event: Event[Any], field: str, value: str) -> None:
    """Take back events that nobody was told yet, by a field of their payload."""
    told = outbox.c.body["payload"][field].astext
    session.execute(delete(outbox).where(outbox.c.event == event.name, told == value))


def lease(session: Session, limit: int) -> tuple[UUID, Sequence[Waiting]]:
    """Lease up to `limit` events, oldest first; another relay cannot take them until the lease runs out."""
    token = uuid4()
    free = or_(outbox.c.leased_until.is_(None), outbox.c.leased_until < func.clock_timestamp())
    chosen = (
        select(outbox.c.seq).where(free).order_by(outbox.c.seq).limit(limit).with_for_update(skip_locked=True)
    )
    rows = session.execute(
        update(outbox)
        .where(outbox.c.seq.in_(chosen.scalar_subquery()))
        .values(
            lease=token,
            leased_until=func.clock_timestamp() + text(f"interval '{LEASE_SECONDS} seconds'"),
        )
        .returning(outbox.c.seq, outbox.c.event, outbox.c.body, outbox.c.traceparent)
    ).all()
    return token, sorted((Waiting(*row) for row in rows), key=lambda waiting: waiting.seq)


def forget(session: Session, token: UUID, published: Sequence[int]) -> None:
    """Delete events the broker has confirmed; the token guards rows that another relay took over meanwhile."""
    session.execute(delete(outbox).where(outbox.c.seq.in_(published), outbox.c.lease == token))


def release(session: Session, token: UUID) -> None:
    """Give back what could not be published, for the next try."""
    session.execute(update(outbox).where(outbox.c.lease == token).values(lease=None, leased_until=None))


def size_and_age(session: Session) -> tuple[int, float]:
    """How many events wait, and the age of the oldest in seconds."""
    age = func.extract("epoch", func.clock_timestamp() - func.min(outbox.c.created_at))
    count, oldest = session.execute(select(func.count(), age).select_from(outbox)).one()
    return int(count), float(oldest or 0)
