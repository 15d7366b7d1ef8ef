"""Several accounts in a cabinet: limits that hold under concurrency, letters to every holder, «это не я»."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from deploy.demo.visitor import Mailbox, eventually
from deploy.local.system import LocalSystem
from services.contracts import auth
from services.contracts.auth import profile
from services.contracts.base import Done
from services.contracts.errors import ServiceError
from tests.bench.counters import Counters
from tests.support.bus import SyncBus
from tests.support.cabinets import ADDRESS, Cabinet, Connect, new_account, registered_account
from tests.support.newcomer import Newcomer, anywhere, refusal

Rows = Callable[..., list[tuple[Any, ...]]]
People = Callable[..., list[Cabinet]]
WRONG = "Калуга, ул. Не та, д. 1, кв. 1"


@pytest.fixture
def people(bus: SyncBus, mailbox: Mailbox, database: Connect) -> People:
    """`people(3)`: so many cabinets; `people(1, account)`: with this primary account."""
    table = database("auth")

    def make(count: int, account: str | None = None) -> list[Cabinet]:
        return [Cabinet(bus, mailbox, table, account or new_account()).made() for _ in range(count)]

    return make


@pytest.fixture
def accounts(database: Connect) -> Callable[[int], list[str]]:
    """Accounts of the registry at ADDRESS that nobody has in a cabinet."""
    return lambda count: [registered_account(database("billing")) for _ in range(count)]


Accounts = Callable[[int], list[str]]


def test_an_account_is_linked_by_its_address_and_can_be_used(people: People, accounts: Accounts) -> None:
    (me,), (account,) = people(1), accounts(1)
    assert me.link(account).result() == Done()
    view = me.view()
    assert view.accounts == [
        auth.LinkedAccount(account=me.account, primary=True),
        auth.LinkedAccount(account=account, primary=False),
    ]
    assert view.frozen == []


def test_a_repeat_under_the_same_key_links_once_and_tells_once(people: People, accounts: Accounts) -> None:
    (account,) = accounts(1)
    (holder,), (me,) = people(1, account), people(1)
    key = uuid4().hex
    assert [refusal(one) for one in [me.link(account, key=key) for _ in range(3)]] == ["done"] * 3
    assert refusal(me.link(account, key=key)) == "done"
    assert refusal(me.link(accounts(1)[0], key=key)) == "idempotency_conflict"
    assert refusal(me.link(account)) == "already_linked"
    holder.told()
    assert len(holder.letters()) == 1


def test_six_links_at_once_leave_five(people: People, accounts: Accounts) -> None:
    (me,) = people(1)
    answers = [refusal(one) for one in [me.link(account) for account in accounts(6)]]
    assert sorted(answers) == ["done"] * 5 + ["too_many_accounts"]
    assert len(me.accounts) == 6
    me.remove(me.accounts[1]).result()
    assert refusal(me.link(accounts(1)[0])) == "done"


def test_two_persons_at_once_do_not_become_the_fifth_and_sixth_holder(
    people: People, accounts: Accounts, auth_rows: Rows
) -> None:
    (account,) = accounts(1)
    people(1, account)
    five = people(4)
    assert [refusal(one.link(account)) for one in five] == ["done"] * 4
    answers = [refusal(one) for one in [person.link(account) for person in people(4)]]
    assert sorted(answers) == ["done"] + ["link_refused"] * 3
    holders = "SELECT count(*) FROM linked_accounts WHERE account = %s AND NOT is_primary"
    assert auth_rows(holders, account) == [(5,)]
    five[0].remove(account).result()
    assert refusal(people(1)[0].link(account)) == "done"


def test_wrong_proof_unknown_account_and_five_others_are_one_refusal_of_the_same_work(
    people: People, accounts: Accounts, system: LocalSystem, auth_rows: Rows
) -> None:
    free, full = accounts(2)
    for person in people(5):
        person.link(full).result()
    (me,) = people(1)
    counters, costs, answers = Counters(system), [], []
    for account, address in ((free, WRONG), (new_account(), ADDRESS), (full, ADDRESS), (full, WRONG)):
        before = counters.quiet()
        with pytest.raises(ServiceError) as refused:
            me.link(account, address).result()
        costs.append(counters.quiet() - before)
        answers.append((refused.value.code, refused.value.fields, refused.value.details))
    assert answers == [("link_refused", [], {})] * 4
    assert costs == [costs[0]] * 4
    assert costs[0]["sql auth.link_account"] > 0
    acts = auth_rows(
        "SELECT account, client, (details->>'proven')::bool FROM audit "
        "WHERE user_id = %s AND act = 'link_refused' ORDER BY id",
        me.user,
    )
    assert [(client, proven) for _, client, proven in acts] == [
        (me.client, proven) for proven in (False, False, True, False)
    ]
    assert me.accounts == [me.account]


def test_tries_to_link_are_limited_per_person_wherever_they_come_from(people: People) -> None:
    (me,) = people(1)
    tries = [replace(me, client=anywhere()).link(new_account(), WRONG) for _ in range(24)]
    answers = [refusal(one) for one in tries]
    assert answers.count("link_refused") == 20
    assert answers.count("too_many_requests") == 4


def test_a_repeat_of_a_done_link_is_no_try_and_needs_none(people: People, accounts: Accounts) -> None:
    (me,), (account,) = people(1), accounts(1)
    key = uuid4().hex
    assert refusal(me.link(account, key=key)) == "done"
    tries = [replace(me, client=anywhere()).link(new_account(), WRONG) for _ in range(20)]
    assert [refusal(one) for one in tries].count("link_refused") == 19
    assert [refusal(me.link(account, key=key)) for _ in range(3)] == ["done"] * 3


def test_tries_to_link_and_to_register_an_account_are_counted_together(
    people: People, newcomer: Newcomer
) -> None:
    account = newcomer.home.account
    tries = [person.link(account, WRONG) for person in people(10)]
    assert [refusal(one) for one in tries] == ["link_refused"] * 10
    assert refusal(newcomer.register()) == "too_many_requests"


def test_every_holder_is_told_of_a_new_link(people: People, accounts: Accounts, auth_rows: Rows) -> None:
    (account,) = accounts(1)
    (owner,), (second, third) = people(1, account), people(2)
    second.link(account).result()
    third.link(account).result()
    tokens = {owner.told(), owner.told(), second.told()}
    assert (len(tokens), len(owner.letters())) == (3, 2)
    assert (len(second.letters()), third.letters()) == (1, [])
    assert account in second.letters()[0]["text"]
    for somebody in (owner, second, third):
        assert not any(somebody.email in str(letter["text"]) for letter in owner.letters() + second.letters())
    kept = str(auth_rows("SELECT o::text FROM objections o"))
    assert not any(token in kept for token in tokens)


def test_objecting_freezes_the_link_once_and_tells_who_linked(
    people: People, accounts: Accounts, auth_rows: Rows
) -> None:
    (account,) = accounts(1)
    (owner,), (other,) = people(1, account), people(1)
    other.link(account).result()
    token = owner.told()
    assert other.accounts == [other.account, account]
    assert refusal(owner.object(token)) == "done"
    assert (other.accounts, other.frozen) == ([other.account], [account])
    assert owner.accounts == [account]
    other.mailbox.wait_letter(other.email, "приостановлен")
    assert refusal(owner.object(token)) == "link_used"
    assert len(other.letters()) == 1
    (act,) = auth_rows(
        "SELECT user_id, client, details FROM audit WHERE act = 'link_objected' AND account = %s", account
    )
    assert act[:2] == (owner.user, owner.client)
    assert (act[2]["holder"], act[2]["linker"]) == (str(owner.user), str(other.user))


def test_two_holders_objecting_at_once_freeze_once(people: People, accounts: Accounts) -> None:
    (account,) = accounts(1)
    (owner,), (second, third) = people(1, account), people(2)
    second.link(account).result()
    owner.told()
    third.link(account).result()
    tokens = [(owner, owner.told()), (second, second.told())]
    assert [refusal(one) for one in [who.object(token) for who, token in tokens]] == ["done"] * 2
    assert (second.frozen, third.frozen) == ([], [account])
    third.mailbox.wait_letter(third.email, "приостановлен")
    assert len(third.letters()) == 1


def test_pressing_the_button_twice_at_once_counts_once(people: People, accounts: Accounts) -> None:
    (account,) = accounts(1)
    (owner,), (other,) = people(1, account), people(1)
    other.link(account).result()
    token = owner.told()
    answers = [refusal(one) for one in [owner.object(token) for _ in range(4)]]
    assert sorted(answers) == ["done"] + ["link_used"] * 3


@pytest.mark.parametrize(
    "late", ["unknown", "run out", "link removed", "linked anew", "holder left", "holder frozen"]
)
def test_an_objection_that_comes_too_late_does_nothing(
    late: str, people: People, accounts: Accounts, auth_rows: Rows
) -> None:
    (account,) = accounts(1)
    holder, other = people(2)
    holder.link(account).result()
    other.link(account).result()
    token = holder.told()
    if late == "unknown":
        token = "no-such-token"
    elif late == "run out":
        auth_rows("UPDATE objections SET expires_at = now() WHERE account = %s RETURNING 1", account)
    elif late == "link removed":
        other.remove(account).result()
    elif late == "linked anew":
        other.remove(account).result()
        other.link(account).result()
    elif late == "holder left":
        holder.remove(account).result()
    else:
        auth_rows(
            "UPDATE linked_accounts SET frozen_at = now() WHERE (user_id, account) = (%s, %s) RETURNING 1",
            holder.user,
            account,
        )
    before = other.view()
    assert refusal(holder.object(token)) == "link_stale"
    assert other.view() == before
    assert other.frozen == []


def test_a_freeze_is_not_got_round_by_removing_and_linking_anew(
    people: People, accounts: Accounts, auth_rows: Rows
) -> None:
    (account,) = accounts(1)
    (owner,), (other,) = people(1, account), people(1)
    other.link(account).result()
    owner.object(owner.told()).result()
    assert refusal(other.link(account)) == "account_frozen"
    assert refusal(other.remove(account)) == "done"
    assert (other.accounts, other.frozen) == ([other.account], [])
    assert refusal(other.remove(account)) == "account_unknown"
    assert refusal(other.link(account)) == "account_frozen"
    assert other.frozen == []
    # What staff do when they release it.
    auth_rows(
        "DELETE FROM linked_accounts WHERE (user_id, account) = (%s, %s) RETURNING 1", other.user, account
    )
    assert refusal(other.link(account)) == "done"


def test_only_an_additional_account_of_one_s_own_is_removed(
    people: People, accounts: Accounts, auth_rows: Rows
) -> None:
    (account,) = accounts(1)
    (owner,), (other,) = people(1, account), people(1)
    assert refusal(owner.remove(account)) == "primary_account"
    assert refusal(other.remove(account)) == "account_unknown"
    other.link(account).result()
    other.remove(account).result()
    assert (owner.accounts, other.accounts) == ([account], [other.account])
    acts = auth_rows("SELECT act FROM audit WHERE user_id = %s ORDER BY id", other.user)
    assert acts == [("account_linked",), ("account_removed",)]


def test_registering_an_account_that_others_hold_tells_them_and_they_can_object(
    people: People, newcomer: Newcomer
) -> None:
    (holder,) = people(1)
    holder.link(newcomer.home.account, newcomer.home.address).result()
    newcomer.activated()
    tokens = newcomer.sign_in()
    assert refusal(holder.object(holder.told())) == "done"
    view = newcomer.session(tokens).result()
    assert (view.accounts, view.frozen) == ([], [newcomer.home.account])
    assert holder.accounts == [holder.account, newcomer.home.account]
    newcomer.mailbox.wait_letter(newcomer.email, "приостановлен")


def test_links_objections_and_removals_at_once_end_in_order(people: People, accounts: Accounts) -> None:
    """Everybody links everybody's account and leaves again: locks never wait for each other in a ring."""
    shared = accounts(4)
    crowd = [people(1, account)[0] for account in shared]
    links = [person.link(account) for person in crowd for account in shared if account != person.account]
    assert [refusal(one) for one in links] == ["done"] * 12
    freezes = [person.object(person.told()) for person in crowd]
    removals = [person.remove(account) for person in crowd for account in shared if account != person.account]
    assert {refusal(one) for one in freezes} <= {"done", "link_stale"}
    assert [refusal(one) for one in removals] == ["done"] * 12
    assert [person.accounts for person in crowd] == [[person.account] for person in crowd]


def test_nobody_links_for_a_profile_that_is_gone(people: People, accounts: Accounts) -> None:
    (me,) = people(1)
    gone = replace(me, user=uuid4())
    assert refusal(gone.link(accounts(1)[0])) == "session_ended"
    assert refusal(gone.remove(me.account)) == "session_ended"
    assert profile.REMOVE_ACCOUNT.reply is Done


def test_a_holder_who_is_being_deleted_stops_nobody_from_linking(
    people: People, accounts: Accounts, database: Connect, auth_rows: Rows
) -> None:
    (account,) = accounts(1)
    (holder,), (me,) = people(1, account), people(1)
    deletion = database("auth")
    with deletion.transaction():
        deletion.execute("SELECT 1 FROM users WHERE id = %s FOR UPDATE", (holder.user,))
        answer = me.link(account)
        waiting = "SELECT 1 FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')"
        eventually(lambda: auth_rows(waiting), "the link waits for the deletion")
        deletion.execute("DELETE FROM users WHERE id = %s", (holder.user,))
    assert refusal(answer) == "done"
    assert me.accounts == [me.account, account]
    assert auth_rows("SELECT count(*) FROM objections WHERE account = %s", account) == [(0,)]
