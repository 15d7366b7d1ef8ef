"""A profile deleted in auth's own words, for tests of the services that must forget its user."""

from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.types.json import Jsonb

from deploy.demo.visitor import VisitorError, eventually
from services.common.clock import real_now
from services.contracts.erasure import ProfileDeleted

ERASERS = {"billing", "readings", "payments", "notify"}


def tell_deletion(auth: "psycopg.Connection[Any]", user: UUID) -> UUID:
    """Tell every service that this user is deleted; gives the deletion."""
    deletion, now = uuid4(), real_now()
    auth.execute(
        "INSERT INTO deletions (id, user_id, asked_at, waits_for) VALUES (%s, %s, %s, %s)",
        (deletion, user, now, sorted(ERASERS)),
    )
    told = ProfileDeleted(deletion=deletion, user=user, accounts=[], deleted_at=now)
    body = {
        "id": str(uuid4()),
        "type": "profile.deleted",
        "source": "auth",
        "occurred_at": now.isoformat(),
        "payload": told.model_dump(mode="json"),
    }
    auth.execute(
        "INSERT INTO outbox (id, event, body, traceparent) VALUES (%s, 'profile.deleted', %s, '')",
        (body["id"], Jsonb(body)),
    )
    return deletion


def wait_erased(auth: "psycopg.Connection[Any]", user: UUID, timeout: float = 20) -> None:
    """Until every service has acknowledged the user's deletion."""
    with suppress(VisitorError):
        eventually(lambda: awaited(auth, user) == set(), f"{user} is erased everywhere", timeout)
    assert awaited(auth, user) == set(), "these have not erased"


def awaited(auth: "psycopg.Connection[Any]", user: UUID) -> set[str] | None:
    """The services that have not acknowledged it yet; None when there is no deletion."""
    row = auth.execute("SELECT waits_for, finished_at FROM deletions WHERE user_id = %s", (user,)).fetchone()
    if row is None:
        return None
    assert bool(row[0]) == (row[1] is None), "finished is when nobody is awaited"
    return set(row[0])


def forget(auth: "psycopg.Connection[Any]", user: UUID) -> None:
    """Delete a user and wait until all have erased."""
    tell_deletion(auth, user)
    wait_erased(auth, user)
