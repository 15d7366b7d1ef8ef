"""The inbox: an event's effect happens exactly once a handler, in the transaction that records it."""

import hashlib
import json
import logging
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.chassis import crash, metrics
from services.chassis.db import Units
from services.chassis.schema import inbox, parked
from services.contracts.events import Envelope

log = logging.getLogger(__name__)
Effect = Callable[[Session, Envelope], None]

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 300.0


def pause(attempts: int) -> float:
    """Seconds before the next attempt: doubling from 1 s to 5 minutes."""
    return float(min(_FIRST_PAUSE * 2 ** (attempts - 1), _LONGEST_PAUSE))


def receive(units: Units, handler: str, envelope: Envelope, effect: Effect, max_attempts: int) -> str:
    """Apply a delivered event, or keep it for another attempt. Gives the outcome.

    `applied`, `duplicate` (a delivery of an event that is done or already kept), `retried` or `parked`.
    A database that is away raises: the message then stays with the broker.
    """
    try:
        with units.begin() as session:
            fresh = session.execute(
                upsert(inbox)
                .values(handler=handler, event_id=envelope.id, state="done")
                .on_conflict_do_nothing()
                .returning(inbox.c.event_id)
            ).first()
            if not fresh:
                return _count(handler, "duplicate")
            effect(session, envelope)
            crash.point("inbox_before_commit")
    except Exception as error:  # noqa: BLE001 - any failure of an effect is kept and tried again
        return _failed(units, handler, envelope, error, max_attempts)
    crash.point("inbox_after_commit")
    return _count(handler, "applied")


def attempt(units: Units, handler: str, event_id: UUID, effect: Effect, max_attempts: int) -> str:
    """Try a kept event again; the row's lock keeps other processes off it meanwhile."""
    envelope: Envelope | None = None
    try:
        with units.begin() as session:
            body = session.execute(
                select(inbox.c.body)
                .where(inbox.c.handler == handler, inbox.c.event_id == event_id, inbox.c.state == "pending")
                .with_for_update(skip_locked=True)
            ).scalar()
            if body is None:
                return _count(handler, "duplicate")
            envelope = Envelope.model_validate(body)
            effect(session, envelope)
            session.execute(
                update(inbox)
                .where(inbox.c.handler == handler, inbox.c.event_id == event_id)
                .values(state="done", body=None, error=None, next_at=None)
            )
    except Exception as error:
        if envelope is None:
            raise
        return _failed(units, handler, envelope, error, max_attempts)
    return _count(handler, "applied")


def due(session: Session, limit: int, handlers: Sequence[str]) -> Sequence[tuple[str, UUID]]:
    """(handler, event id) of these handlers' kept events whose time has come.

    A service's other processes have handlers of their own, whose events must not use up the limit.
    """
    rows = session.execute(
        select(inbox.c.handler, inbox.c.event_id)
        .where(
            inbox.c.state == "pending",
            inbox.c.next_at <= func.clock_timestamp(),
            inbox.c.handler.in_(handlers),
        )
        .order_by(inbox.c.next_at)
        .limit(limit)
    )
    return [(row.handler, row.event_id) for row in rows]


def _failed(units: Units, handler: str, envelope: Envelope, error: Exception, max_attempts: int) -> str:
    """Record a failed attempt: when the next one is, or that the event is parked."""
    reason = f"{type(error).__module__}.{type(error).__qualname__}"
    log.warning("event failed", extra={"handler": handler, "event_id": str(envelope.id)}, exc_info=error)
    with units.begin() as session:
        kept = upsert(inbox).values(
            handler=handler,
            event_id=envelope.id,
            state="pending",
            body=envelope.model_dump(mode="json"),
            attempts=1,
            error=reason,
            next_at=func.clock_timestamp() + text("interval '1 second'"),
        )
        attempts = session.execute(
            kept.on_conflict_do_update(
                index_elements=["handler", "event_id"],
                set_={"attempts": inbox.c.attempts + 1, "error": reason},
                where=inbox.c.state == "pending",
            ).returning(inbox.c.attempts)
        ).scalar()
        if attempts is None:
            return _count(handler, "duplicate")
        if attempts >= max_attempts:
            _park(session, handler, envelope, f"{attempts} attempts failed, the last with {reason}")
            return _count(handler, "parked")
        session.execute(
            update(inbox)
            .where(inbox.c.handler == handler, inbox.c.event_id == envelope.id)
            .values(next_at=func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 0, pause(attempts)))
        )
    return _count(handler, "retried")


def _park(session: Session, handler: str, envelope: Envelope, reason: str) -> None:
    body = json.dumps(envelope.model_dump(mode="json"), ensure_ascii=False)
    raw = body.encode()
    session.execute(
        insert(parked).values(
            kind="event",
            address=f"{envelope.source}.events/{envelope.type}",
            reason=reason,
            handler=handler,
            body=body,
            size=len(raw),
            digest=hashlib.sha256(raw).hexdigest(),
        )
    )
    session.execute(delete(inbox).where(inbox.c.handler == handler, inbox.c.event_id == envelope.id))


def _count(handler: str, outcome: str) -> str:
    metrics.INBOX_EVENTS.labels(handler, outcome).inc()
    return outcome


def counts(session: Session) -> tuple[int, dict[str, int]]:
    """Events waiting for another attempt, and parked messages by kind."""
    pending = session.execute(select(func.count()).where(inbox.c.state == "pending")).scalar_one()
    by_kind: dict[str, Any] = dict.fromkeys(("rpc", "event"), 0)
    by_kind |= {k: n for k, n in session.execute(select(parked.c.kind, func.count()).group_by(parked.c.kind))}
    return int(pending), by_kind
