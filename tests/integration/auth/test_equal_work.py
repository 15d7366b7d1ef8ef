"""Whether an account exists cannot be told from the work: each branch costs the same statements and messages."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from deploy.local.system import LocalSystem
from tests.bench.counters import Counters, Counts
from tests.support.figures import work_of
from tests.support.newcomer import Newcomer, refusal, wrong

Rows = Callable[..., list[tuple[Any, ...]]]
UNKNOWN = "000000041"


@pytest.fixture
def cost(system: LocalSystem) -> Callable[[Callable[[], Any]], Counts]:
    """What the counters of all processes grow by, from a call until the system is at rest."""
    counters = Counters(system)

    def measured(work: Callable[[], Any]) -> Counts:
        before = counters.quiet()
        work()
        return counters.quiet() - before

    return measured


def only(counts: Counts, operations: Iterable[str]) -> Counts:
    return Counts({kind: n for kind, n in counts.items() if kind.split(" ")[1] in operations and n})


def test_a_refused_registration_costs_the_same_for_an_unknown_account_a_wrong_address_and_a_taken_one(
    resident: Newcomer, system: LocalSystem, cost: Callable[..., Counts], auth_rows: Rows
) -> None:
    home = resident.home.account
    told = {
        "unknown": {"account": UNKNOWN},
        "address": {"address": "Калуга, ул. Не та, д. 1, кв. 1"},
        "taken": {},
    }
    costs, hashed = {}, {}
    for reason, what in told.items():
        before = work_of(system, "register")[1]
        costs[reason] = cost(lambda what=what: refusal(resident.register(**what)))
        hashed[reason] = work_of(system, "register")[1] - before
    assert hashed == {"unknown": 1, "address": 1, "taken": 1}, "argon2 of each try"
    assert costs["unknown"] == costs["address"] == costs["taken"]
    assert costs["taken"]["sql auth.register"] > 0
    assert costs["taken"]["sql billing.prove_ownership"] == 1
    acts = auth_rows(
        "SELECT act, account, client, channel, details->>'reason' FROM audit "
        "WHERE client = %s AND act LIKE 'registration%%' ORDER BY id",
        resident.client,
    )
    assert acts == [
        ("registration_asked", home, resident.client, "web", None),
        ("registration_refused", UNKNOWN, resident.client, "web", "unknown"),
        ("registration_refused", home, resident.client, "web", "address"),
        ("registration_refused", home, resident.client, "web", "taken"),
    ]


def test_a_wrong_code_costs_the_same_whether_or_not_anybody_registered(
    newcomer: Newcomer, cost: Callable[..., Counts], auth_rows: Rows
) -> None:
    newcomer.register().result()
    code = wrong(newcomer.letter())
    nobody = Newcomer(newcomer.bus, newcomer.mailbox, newcomer.home)
    waiting = cost(lambda: refusal(newcomer.by_code(code)))
    absent = cost(lambda: refusal(nobody.by_code(code, account=UNKNOWN)))
    assert waiting == absent
    assert waiting["sql auth.activate_by_code"] == 2
    acts = auth_rows(
        "SELECT account, client, details FROM audit WHERE act = 'code_refused' AND client IN (%s, %s) "
        "ORDER BY id",
        newcomer.client,
        nobody.client,
    )
    assert acts == [
        (newcomer.home.account, newcomer.client, {"by": "code", "reason": "code_refused"}),
        (UNKNOWN, nobody.client, {"by": "code", "reason": "code_refused"}),
    ]


def test_asking_for_another_letter_costs_the_same_whether_or_not_anybody_registered(
    newcomer: Newcomer, cost: Callable[..., Counts]
) -> None:
    newcomer.register().result()
    newcomer.letter()
    asked = {"auth.resend_activation"}
    registered = only(cost(lambda: newcomer.resend().result()), asked)
    absent = only(cost(lambda: newcomer.resend(email="nobody-at-all@example.org").result()), asked)
    assert registered == absent
    assert registered["sql auth.resend_activation"] > 0
