"""What waits in a service's own tables forgets a deleted user, and a late trace is erased again."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session

from services.chassis import erasure, housekeeping
from services.chassis import parked as looks
from services.chassis.db import Units
from services.chassis.schema import erased_users, idempotency, inbox, outbox, parked
from services.common.clock import real_now
from services.contracts import notify
from services.contracts.erasure import ProfileDeleted


def deleted(user: UUID) -> ProfileDeleted:
    return ProfileDeleted(deletion=uuid4(), user=user, accounts=[], deleted_at=real_now())


def nothing(session: Session, users: Sequence[UUID]) -> None:
    pass


def letter(payload: dict[str, Any]) -> bool:
    return payload.get("template") == "recovery"


def event(kind: str, user: UUID, **payload: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "type": kind,
        "source": "auth",
        "occurred_at": real_now().isoformat(),
        "payload": {"user": str(user), **payload},
    }


def wait_in_inbox(units: Units, body: dict[str, Any]) -> None:
    with units.begin() as session:
        session.execute(
            insert(inbox).values(
                handler="h", event_id=UUID(body["id"]), state="pending", body=body, next_at=func.now()
            )
        )


def park(
    units: Units, body: str, handler: str | None = "h", address: str = "auth.events/letter.wanted"
) -> None:
    with units.begin() as session:
        session.execute(
            insert(parked).values(
                kind="event", address=address, reason="r", handler=handler, body=body, size=1, digest="d"
            )
        )


def forget(units: Units, user: UUID) -> None:
    with units.begin() as session:
        erasure.forget(session, deleted(user), notify.PROFILE_ERASED, nothing, letter)


def test_events_that_wait_lose_the_user_and_unwanted_ones_are_done(units: Units) -> None:
    user, other = uuid4(), uuid4()
    bodies = [
        event("letter.wanted", user, template="recovery", recipient="a@example.org"),
        event("letter.wanted", user, template="receipt"),
        event("letter.wanted", other, template="recovery"),
        event("profile.deleted", user),
    ]
    for body in bodies:
        wait_in_inbox(units, body)
    forget(units, user)
    with units.begin() as session:
        rows = {str(row.event_id): row for row in session.execute(select(inbox))}
    left = [rows[body["id"]] for body in bodies]
    assert [row.state for row in left] == ["done", "pending", "pending", "pending"]
    assert left[0].body is None
    assert left[1].body["payload"] == {"user": None, "template": "receipt"}
    assert left[2].body["payload"]["user"] == str(other)
    assert left[3].body == bodies[3], "the deletion itself must still be handled"


def test_parked_events_lose_the_user(units: Units) -> None:
    user = uuid4()
    park(units, json.dumps(event("letter.wanted", user, template="recovery")))
    park(units, json.dumps(event("reading.accepted", user, kwh=5)))
    park(units, json.dumps(event("reading.accepted", user, again=str(user))))
    park(units, f"torn {user}", handler=None)
    park(units, json.dumps(event("profile.deleted", user)), address="auth.events/profile.deleted")
    park(units, json.dumps(event("reading.accepted", uuid4())))
    forget(units, user)
    with units.begin() as session:
        bodies = session.scalars(select(parked.c.body).order_by(parked.c.id)).all()
    fact, clinging, torn, itself, of_another = bodies
    assert fact
    assert json.loads(fact)["payload"] == {"user": None, "kwh": 5}
    assert (clinging, torn) == (None, None)
    assert itself
    assert str(user) in itself
    assert of_another


def test_it_is_acknowledged_once_by_a_derived_id_and_commands_are_forgotten(units: Units) -> None:
    told, scope = deleted(uuid4()), {"operation": "o", "key": "k", "fingerprint": "f"}
    with units.begin() as session:
        session.execute(insert(idempotency).values(scope=str(told.user), **scope))
        session.execute(insert(idempotency).values(scope="anonymous", **scope))
        erasure.forget(session, told, notify.PROFILE_ERASED, nothing)
    with units.begin() as session:
        (body,) = session.scalars(select(outbox.c.body)).all()
        assert session.scalars(select(idempotency.c.scope)).all() == ["anonymous"]
    assert body["type"] == "profile.erased"
    assert body["payload"] == {"deletion": str(told.deletion), "user": str(told.user)}


def test_what_a_late_command_leaves_is_erased_again_for_a_while(units: Units) -> None:
    user, again = uuid4(), []
    forget(units, user)

    def late() -> None:
        with units.begin() as session:
            row = {"operation": "o", "key": uuid4().hex, "fingerprint": "f"}
            session.execute(insert(idempotency).values(scope=str(user), **row))

    def sweep() -> None:
        with units.begin() as session:
            erasure.forget_again(session, lambda _, users: again.append(list(users)))

    late()
    sweep()
    assert again == [[user]]
    with units.begin() as session:
        assert session.scalars(select(idempotency.c.scope)).all() == []
        session.execute(update(erased_users).values(erased_at=func.now() - text("interval '1 hour'")))
    sweep()
    with units.begin() as session:
        assert session.scalars(select(erased_users.c.user_id)).all() == [], "the id itself is forgotten then"
    sweep()
    assert again == [[user]]


def test_what_may_name_a_person_does_not_stay_parked_and_a_fact_waits_for_staff(units: Units) -> None:
    fact = "payments.events/payment.succeeded"
    park(units, "a letter")
    park(units, "torn", handler=None, address="?")
    park(units, "a fact", address=fact)
    assert aged(units, days=10) == ["a letter", "torn", "a fact"]
    assert aged(units, days=31) == [None, None, "a fact"]
    assert aged(units, days=91) == ["a fact"]


def aged(units: Units, days: int) -> list[str | None]:
    """What is left of the parked messages, had they been parked so long ago."""
    with units.begin() as session:
        session.execute(update(parked).values(parked_at=func.now() - text(f"interval '{days} days'")))
        housekeeping.purge(session)
        return list(session.scalars(select(parked.c.body).order_by(parked.c.id)))


def test_whoever_looks_at_a_parked_letter_does_not_see_whom_it_names(units: Units) -> None:
    park(units, "anna@example.org")
    park(units, "a fact", address="payments.events/payment.succeeded")
    with units.engine.connect() as connection:
        letter, fact = (row["id"] for row in looks.listed(connection))
        assert "anna" not in str(looks.shown(connection, letter))
        assert "a fact" in str(looks.shown(connection, fact))
