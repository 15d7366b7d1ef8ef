"""Staff at auth's door: tries at once, the same work for nobody's login, roles by auth's own table, the trail."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr

from deploy.demo.visitor import eventually
from deploy.local.system import LocalSystem
from services.auth import console
from services.common.clock import real_now
from services.contracts.auth import staff
from services.contracts.base import Done
from services.contracts.caller import ANONYMOUS, Caller
from tests.support.bus import SyncBus
from tests.support.figures import figure, work_of
from tests.support.newcomer import Newcomer, anywhere, refusal
from tests.support.staff import PASSWORD, Member, wrong

Rows = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def member(system: LocalSystem) -> Member:
    return Member(system, "support").enrol()


def password(bus: SyncBus, login: str, given: str = PASSWORD) -> "Future[staff.SecondFactor]":
    request = staff.StaffPasswordRequest(login=login, password=SecretStr(given), client=anywhere())
    return bus.submit(staff.STAFF_PASSWORD, request)


def prove(bus: SyncBus, ticket: str, code: str) -> "Future[staff.StaffTokens]":
    request = staff.StaffSignIn(ticket=ticket, code=SecretStr(code), client=anywhere())
    return bus.submit(staff.STAFF_SIGN_IN, request)


def signed_in(bus: SyncBus, member: Member) -> staff.StaffTokens:
    tokens = prove(bus, password(bus, member.login).result().ticket, member.code()).result()
    member.forget_step()
    return tokens


def caller(tokens: staff.StaffTokens, *roles: str) -> Caller:
    """As a gateway that was told these roles would say it."""
    return Caller(kind="staff", user=tokens.staff, session=tokens.session, roles=list(roles))


def looking_up(bus: SyncBus, who: Caller) -> str:
    request = staff.AccountLookup(account="000000017", client=anywhere())
    return refusal(bus.submit(staff.STAFF_ACCOUNT, request, caller=who))


def releasing(bus: SyncBus, who: Caller, account: str = "000000017", user: UUID | None = None) -> str:
    request = staff.LinkRelease(account=account, user=user or uuid4(), reason="По заявлению")
    answer: Future[Done] = bus.submit(staff.STAFF_RELEASE, request, caller=who, key=uuid4().hex)
    return refusal(answer)


def reading_the_trail(bus: SyncBus, who: Caller) -> str:
    request = staff.AuditRequest(account="000000017")
    return refusal(bus.submit(staff.STAFF_AUDIT, request, caller=who))


def test_of_one_code_at_once_one_session_comes(bus: SyncBus, member: Member, auth_rows: Rows) -> None:
    tickets = [password(bus, member.login).result().ticket for _ in range(4)]
    code = member.code()
    answers = sorted(refusal(answer) for answer in [prove(bus, ticket, code) for ticket in tickets])
    assert answers == ["done", *["staff_sign_in_refused"] * 3]
    sessions = "SELECT count(*) FROM staff_sessions JOIN staff ON staff.id = staff_id WHERE login = %s"
    assert auth_rows(sessions, member.login) == [(1,)]


def test_wrong_codes_at_once_do_not_outrun_the_count(bus: SyncBus, member: Member) -> None:
    tickets = [password(bus, member.login).result().ticket for _ in range(3)]
    code = wrong(member.code())
    answers = [refusal(answer) for answer in [prove(bus, tickets[n % 3], code) for n in range(20)]]
    assert answers.count("staff_sign_in_refused") == 5
    assert answers.count("too_many_requests") == 15


def test_wrong_passwords_at_once_do_not_outrun_the_count(bus: SyncBus, member: Member) -> None:
    answers = [refusal(answer) for answer in [password(bus, member.login, "wrong") for _ in range(20)]]
    assert answers.count("staff_sign_in_refused") == 5
    assert answers.count("too_many_requests") == 15


def test_a_login_that_nobody_has_costs_the_same(bus: SyncBus, system: LocalSystem, member: Member) -> None:
    invited = Member(system, "support")

    def work(login: str) -> tuple[int, int]:
        before = work_of(system, "staff_password")
        assert refusal(password(bus, login, "wrong")) == "staff_sign_in_refused"
        after = work_of(system, "staff_password")
        return after[0] - before[0], after[1] - before[1]

    costs = {work(login) for login in (member.login, invited.login, f"nobody-{uuid4().hex[:8]}")}
    assert len(costs) == 1
    assert costs.pop()[1] == 1


def test_failures_are_counted_for_sres(bus: SyncBus, system: LocalSystem, member: Member) -> None:
    name, ticket = "svet_staff_sign_in_failures_total", password(bus, member.login).result().ticket
    before = {factor: figure(system, "auth", name, factor=factor) for factor in ("password", "factor")}
    assert refusal(password(bus, member.login, "wrong")) == "staff_sign_in_refused"
    assert refusal(prove(bus, ticket, wrong(member.code()))) == "staff_sign_in_refused"
    after = {factor: figure(system, "auth", name, factor=factor) for factor in before}
    assert {factor: after[factor] - before[factor] for factor in after} == {"password": 1, "factor": 1}


def test_auth_asks_its_own_table_for_the_role(bus: SyncBus, member: Member) -> None:
    tokens = signed_in(bus, member)
    assert looking_up(bus, caller(tokens, "support")) == "done"
    assert releasing(bus, caller(tokens, "support")) == "not_found"
    assert reading_the_trail(bus, caller(tokens, "admin")) == "forbidden", "the table says support"
    assert looking_up(bus, caller(tokens)) == "forbidden"


def test_nobody_but_staff_in_a_live_session_acts(
    bus: SyncBus, system: LocalSystem, member: Member, resident: Newcomer
) -> None:
    tokens, customer = signed_in(bus, member), resident.sign_in()
    other = signed_in(bus, Member(system, "support").enrol())
    strangers = [
        ANONYMOUS,
        Caller(kind="customer", user=customer.user, session=customer.session, roles=["support", "admin"]),
        Caller(kind="service", service="payments", roles=["admin"]),
        Caller(kind="staff", user=tokens.staff, roles=["support", "admin"]),
    ]
    for who in strangers:
        answers = {looking_up(bus, who), releasing(bus, who), reading_the_trail(bus, who)}
        assert answers == {"forbidden"}
    mixed = Caller(kind="staff", user=tokens.staff, session=other.session, roles=["support"])
    of_customer = Caller(kind="staff", user=customer.user, session=customer.session, roles=["support"])
    assert {looking_up(bus, mixed), looking_up(bus, of_customer)} == {"session_ended"}
    bus.call(staff.STAFF_SIGN_OUT, staff.StaffSignOut(staff=tokens.staff, session=tokens.session))
    assert looking_up(bus, caller(tokens, "support")) == "session_ended"


def test_a_role_taken_away_is_gone_at_once(bus: SyncBus, member: Member, auth_rows: Rows) -> None:
    tokens = signed_in(bus, member)
    auth_rows("UPDATE staff SET roles = '{finance}' WHERE login = %s RETURNING 1", member.login)
    assert looking_up(bus, caller(tokens, "support")) == "forbidden"
    view = bus.call(staff.STAFF_SESSION, staff.StaffSessionRequest(token=SecretStr(tokens.token)))
    assert view.roles == ["finance"]


def test_whoever_enrols_by_the_old_link_while_it_is_reset_is_not_let_in(
    system: LocalSystem, database: Callable[[str], Any], auth_rows: Rows
) -> None:
    member, table = Member(system, "support"), database("auth")
    with ThreadPoolExecutor(1) as desk, table.transaction():
        table.execute(
            "UPDATE staff SET password_hash = 'theirs', totp_secret = 'theirs', enrolment_hash = NULL "
            "WHERE login = %s",
            (member.login,),
        )
        resetting = desk.submit(reset, member)
        blocked = "SELECT 1 FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')"
        eventually(lambda: table.execute(blocked).fetchone(), "the reset waits")
        table.execute("COMMIT")
        resetting.result()
    left = "SELECT password_hash, totp_secret FROM staff WHERE login = %s"
    assert auth_rows(left, member.login) == [(None, None)]


def reset(member: Member) -> None:
    with member.console() as session:
        console.reset(session, member.login, real_now())


def test_what_staff_do_is_on_the_trail_with_who_and_from_where(
    bus: SyncBus, system: LocalSystem, member: Member, auth_rows: Rows
) -> None:
    assert refusal(password(bus, member.login, "wrong")) == "staff_sign_in_refused"
    tokens = signed_in(bus, member)
    assert looking_up(bus, caller(tokens, "support")) == "done"
    bus.call(staff.STAFF_SIGN_OUT, staff.StaffSignOut(staff=tokens.staff, session=tokens.session))
    actor = f"staff:{member.login}"
    found = auth_rows("SELECT act, client IS NOT NULL FROM audit WHERE actor = %s ORDER BY id", actor)
    assert found == [
        ("staff_enrolled", True),
        ("staff_sign_in_refused", True),
        ("staff_signed_in", True),
        ("account_looked_up", True),
        ("staff_signed_out", False),
    ]
    made = "SELECT act FROM audit WHERE actor = 'console' AND details->>'login' = %s"
    assert auth_rows(made, member.login) == [("staff_added",)]


def test_no_secret_of_staff_is_in_a_table(
    bus: SyncBus, member: Member, auth_rows: Rows, system: LocalSystem
) -> None:
    tokens = signed_in(bus, member)
    rows = auth_rows("SELECT row_to_json(s)::text FROM staff s WHERE login = %s", member.login)
    rows += auth_rows("SELECT row_to_json(s)::text FROM staff_sessions s WHERE id = %s", tokens.session)
    rows += auth_rows("SELECT row_to_json(a)::text FROM audit a WHERE actor = %s", f"staff:{member.login}")
    text = "\n".join(row[0] for row in rows)
    assert tokens.session.hex in text.replace("-", "")
    for secret in (PASSWORD, member.secret, member.secret.encode().hex(), member.link, tokens.token):
        assert secret not in text
