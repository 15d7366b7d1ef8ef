"""Units of work: clients refuse inside one, and a command runs once however often it comes."""

import threading
from uuid import uuid4

import pytest
from pydantic import SecretStr

from services.chassis import calls, guard
from services.chassis.clients import HttpClient
from services.chassis.db import Units
from services.chassis.idempotency import fingerprint
from services.contracts import auth, readings
from services.contracts.base import Done, Operation
from services.contracts.caller import Caller
from services.contracts.errors import ServiceError

REQUEST = readings.SubmitRequest(account="180211111", values=["100"])


USER = uuid4()
OPERATION = Operation("readings", "submit_reading", readings.SubmitRequest, Done, idempotent=True)


class Count:
    """How often an effect ran."""

    def __init__(self) -> None:
        self.runs = 0


def submit(
    units: Units, count: Count, key: str = "key-1", request: readings.SubmitRequest = REQUEST
) -> object:
    def effect(_: object) -> Done:
        count.runs += 1
        return Done()

    with calls.entered(calls.Call("test", Caller(kind="customer", user=USER), key=key)):
        return units.once(OPERATION, request, effect)


def test_the_same_command_twice_runs_once(units: Units) -> None:
    count = Count()
    assert submit(units, count) == submit(units, count)
    assert count.runs == 1


def test_the_same_key_with_another_body_is_a_conflict(units: Units) -> None:
    count = Count()
    submit(units, count)
    other = readings.SubmitRequest(account="180211111", values=["101"])
    with pytest.raises(ServiceError) as refused:
        submit(units, count, request=other)
    assert refused.value.code == "idempotency_conflict"
    assert count.runs == 1


def test_the_same_command_many_times_at_once_runs_once(units: Units) -> None:
    count, barrier, done = Count(), threading.Barrier(6), []

    def run() -> None:
        barrier.wait()
        done.append(submit(units, count))

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (count.runs, len(done)) == (1, 6)


def test_a_command_that_failed_may_be_tried_again_under_its_key(units: Units) -> None:
    def broken(_: object) -> Done:
        raise ServiceError("unavailable")

    with (
        calls.entered(calls.Call("test", Caller(user=USER, kind="customer"), key="key-1")),
        pytest.raises(ServiceError),
    ):
        units.once(OPERATION, REQUEST, broken)
    count = Count()
    submit(units, count)
    assert count.runs == 1


def test_a_repeat_from_another_network_is_the_same_command() -> None:
    def request(client: str) -> auth.profile.RecoveryRequest:
        return auth.profile.RecoveryRequest(account="180211111", email="a@example.org", client=client)

    assert fingerprint(request("10.0.0.1")) == fingerprint(request("10.0.0.2"))


def test_a_fingerprint_holds_nothing_of_a_password() -> None:
    def request(password: str) -> auth.SignInRequest:
        return auth.SignInRequest(account="180211111", password=SecretStr(password), client="x")

    assert fingerprint(request("one")) == fingerprint(request("two"))


def test_clients_refuse_inside_an_open_unit_of_work(units: Units) -> None:
    http = HttpClient()
    http.setup()
    with units.begin(), pytest.raises(guard.InsideUnitOfWork):
        http.client.get("http://127.0.0.1:1/")
    with units.begin(), pytest.raises(guard.InsideUnitOfWork):
        guard.refuse_inside_unit("RPC")
    guard.refuse_inside_unit("RPC")


def test_a_unit_of_work_does_not_open_inside_another(units: Units) -> None:
    with units.begin(), pytest.raises(guard.InsideUnitOfWork), units.begin():
        pass
