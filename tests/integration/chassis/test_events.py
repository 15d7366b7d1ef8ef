"""Outbox and inbox: an event leaves once per lease, and has one effect a handler however often it comes."""

import json
import threading
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from services.chassis import inbox, outbox, parked
from services.chassis.db import Units
from services.chassis.schema import inbox as inbox_table
from services.chassis.schema import outbox as outbox_table
from services.chassis.schema import parked as parked_table
from services.common.clock import real_now
from services.contracts import auth
from services.contracts.events import Envelope

MAX_ATTEMPTS = 3


def an_event(units: Units) -> UUID:
    payload = auth.SessionEnded(user=uuid4(), session=uuid4(), ended_at=real_now())
    with units.begin() as session:
        return outbox.emit(session, auth.SESSION_ENDED, payload)


def an_envelope() -> Envelope:
    return Envelope(id=uuid4(), type="x.happened", source="auth", occurred_at=real_now(), payload={"n": 1})


def waiting(units: Units) -> int:
    with units.begin() as session:
        return outbox.size_and_age(session)[0]


def test_an_event_of_a_rolled_back_transaction_never_leaves(units: Units) -> None:
    payload = auth.SessionEnded(user=uuid4(), session=uuid4(), ended_at=real_now())
    with units.begin() as session:
        outbox.emit(session, auth.SESSION_ENDED, payload)
        session.rollback()
    assert waiting(units) == 0


def test_two_relays_never_hold_the_same_event(units: Units) -> None:
    for _ in range(20):
        an_event(units)
    barrier, taken = threading.Barrier(2), []

    def relay() -> None:
        barrier.wait()
        for _ in range(4):
            with units.begin() as session:
                taken.extend(event.seq for event in outbox.lease(session, 5)[1])

    relays = [threading.Thread(target=relay) for _ in range(2)]
    for one in relays:
        one.start()
    for one in relays:
        one.join()
    assert len(taken) == 20
    assert len(set(taken)) == 20


def test_a_relay_whose_lease_ran_out_deletes_nothing_that_another_took_over(units: Units) -> None:
    an_event(units)
    with units.begin() as session:
        slow, events = outbox.lease(session, 5)
        session.execute(update(outbox_table).values(leased_until=text("clock_timestamp() - interval '1 s'")))
    with units.begin() as session:
        _, again = outbox.lease(session, 5)
    with units.begin() as session:
        outbox.forget(session, slow, [event.seq for event in events])
    assert [event.seq for event in again] == [event.seq for event in events]
    assert waiting(units) == 1


def test_a_relay_deletes_what_the_broker_confirmed_and_gives_back_the_rest(units: Units) -> None:
    an_event(units)
    an_event(units)
    with units.begin() as session:
        token, events = outbox.lease(session, 5)
        outbox.forget(session, token, [events[0].seq])
        outbox.release(session, token)
    with units.begin() as session:
        _, left = outbox.lease(session, 5)
    assert [event.seq for event in left] == [events[1].seq]


class Effects:
    """A handler that counts what it did, in the database, and fails when told to."""

    def __init__(self, units: Units) -> None:
        self.units = units
        self.fail = False
        with units.begin() as session:
            session.execute(text("CREATE TABLE effects (event_id uuid)"))

    def __call__(self, session: Session, envelope: Envelope) -> None:
        session.execute(text("INSERT INTO effects VALUES (:id)"), {"id": envelope.id})
        if self.fail:
            raise RuntimeError("told to fail")

    def count(self) -> int:
        with self.units.begin() as session:
            return int(session.execute(text("SELECT count(*) FROM effects")).scalar_one())


def kept(units: Units) -> list[Any]:
    with units.begin() as session:
        return list(session.execute(select(inbox_table)).all())


def test_an_event_delivered_twice_has_one_effect(units: Units) -> None:
    effects, envelope = Effects(units), an_envelope()
    first = inbox.receive(units, "handler", envelope, effects, MAX_ATTEMPTS)
    second = inbox.receive(units, "handler", envelope, effects, MAX_ATTEMPTS)
    assert (first, second, effects.count()) == ("applied", "duplicate", 1)
    assert kept(units)[0].body is None


def test_two_handlers_of_one_event_each_have_their_effect(units: Units) -> None:
    effects, envelope = Effects(units), an_envelope()
    inbox.receive(units, "one", envelope, effects, MAX_ATTEMPTS)
    inbox.receive(units, "two", envelope, effects, MAX_ATTEMPTS)
    assert effects.count() == 2


def test_an_event_delivered_to_two_processes_at_once_has_one_effect(units: Units) -> None:
    effects, envelope = Effects(units), an_envelope()
    barrier, outcomes = threading.Barrier(4), []

    def deliver() -> None:
        barrier.wait()
        outcomes.append(inbox.receive(units, "handler", envelope, effects, MAX_ATTEMPTS))

    threads = [threading.Thread(target=deliver) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["applied", "duplicate", "duplicate", "duplicate"]
    assert effects.count() == 1


def test_a_failing_event_leaves_no_effect_is_kept_and_succeeds_later_once(units: Units) -> None:
    effects, envelope = Effects(units), an_envelope()
    effects.fail = True
    assert inbox.receive(units, "handler", envelope, effects, MAX_ATTEMPTS) == "retried"
    assert inbox.receive(units, "handler", envelope, effects, MAX_ATTEMPTS) == "duplicate"
    row = kept(units)[0]
    assert (row.state, row.attempts, effects.count()) == ("pending", 1, 0)
    effects.fail = False
    assert inbox.attempt(units, "handler", envelope.id, effects, MAX_ATTEMPTS) == "applied"
    assert inbox.attempt(units, "handler", envelope.id, effects, MAX_ATTEMPTS) == "duplicate"
    assert effects.count() == 1
    assert kept(units)[0].body is None


def test_an_event_that_keeps_failing_is_parked_and_can_be_retried_once(units: Units) -> None:
    effects, envelope = Effects(units), an_envelope()
    effects.fail = True
    inbox.receive(units, "handler", envelope, effects, MAX_ATTEMPTS)
    outcomes = [inbox.attempt(units, "handler", envelope.id, effects, MAX_ATTEMPTS) for _ in range(2)]
    assert outcomes == ["retried", "parked"]
    assert kept(units) == []
    with units.engine.begin() as connection:
        row = parked.listed(connection)[0]
        assert "3 attempts failed, the last with builtins.RuntimeError" in row["reason"]
        assert parked.retry(connection, row["id"]) == envelope.id
    effects.fail = False
    with units.begin() as session:
        assert inbox.due(session, 10, ["another"]) == []
        assert inbox.due(session, 10, ["handler"]) == [("handler", envelope.id)]
    assert inbox.attempt(units, "handler", envelope.id, effects, MAX_ATTEMPTS) == "applied"
    assert effects.count() == 1


def test_a_retried_event_that_came_again_meanwhile_has_one_effect(units: Units) -> None:
    effects, envelope = Effects(units), an_envelope()
    body = json.dumps(envelope.model_dump(mode="json"))
    with units.begin() as session:
        session.execute(
            insert(parked_table).values(
                kind="event", address="x", reason="test", handler="handler", body=body, size=1, digest="x"
            )
        )
    inbox.receive(units, "handler", envelope, effects, MAX_ATTEMPTS)
    with units.engine.begin() as connection:
        parked.retry(connection, parked.listed(connection)[0]["id"])
    assert inbox.attempt(units, "handler", envelope.id, effects, MAX_ATTEMPTS) == "duplicate"
    assert effects.count() == 1


def test_a_parked_request_cannot_be_replayed(units: Units) -> None:
    with units.begin() as session:
        session.execute(
            insert(parked_table).values(kind="rpc", address="x", reason="test", size=1, digest="x")
        )
    with units.engine.begin() as connection, pytest.raises(parked.NotReplayable, match="caller has gone"):
        parked.retry(connection, parked.listed(connection)[0]["id"])


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 1), (2, 2), (5, 16), (9, 256), (20, 300)])
def test_pauses_double_up_to_five_minutes(attempts: int, seconds: float) -> None:
    assert inbox.pause(attempts) == seconds
