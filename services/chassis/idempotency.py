"""A command is run once per (caller, operation, key), however often and however concurrently it comes."""

import hashlib
import json
from typing import Any

from pydantic import BaseModel, SecretStr
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.chassis.calls import Call
from services.chassis.schema import idempotency as table
from services.contracts.errors import ServiceError

_CIRCUMSTANCES = frozenset({"client", "session", "device_name"})
"""Where a request came from: a phone that repeats it has changed its network, perhaps its session."""


def fingerprint(request: BaseModel) -> str:
    """What makes two bodies the same; secrets are left out, so that no fast hash of a password is ever kept."""
    plain = {
        name: value
        for name, value in request.model_dump().items()
        if not isinstance(value, SecretStr) and name not in _CIRCUMSTANCES
    }
    return hashlib.sha256(json.dumps(plain, sort_keys=True, default=str).encode()).hexdigest()


def claim(session: Session, call: Call, operation: str, request: BaseModel) -> dict[str, Any] | None:
    """Take the key for this transaction (None), or give the reply kept under it.

    The insert waits for a concurrent holder of the key to commit or roll back.
    """
    if call.key is None:
        raise ServiceError("idempotency_key_missing")
    print_ = fingerprint(request)
    inserted = session.execute(
        insert(table)
        .values(scope=call.caller.scope, operation=operation, key=call.key, fingerprint=print_)
        .on_conflict_do_nothing()
        .returning(table.c.key)
    ).first()
    if inserted:
        return None
    kept = session.execute(
        select(table.c.fingerprint, table.c.reply).where(
            table.c.scope == call.caller.scope, table.c.operation == operation, table.c.key == call.key
        )
    ).one()
    if kept.fingerprint != print_:
        raise ServiceError("idempotency_conflict")
    reply: dict[str, Any] | None = kept.reply
    return reply


def keep(session: Session, call: Call, operation: str, reply: BaseModel) -> None:
    """Keep the reply under the key that this transaction claimed."""
    session.execute(
        update(table)
        .where(table.c.scope == call.caller.scope, table.c.operation == operation, table.c.key == call.key)
        .values(reply=reply.model_dump(mode="json"))
    )
