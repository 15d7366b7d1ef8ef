"""Staff: made at the console, enrolled with two factors, looking accounts up, releasing and unfreezing them."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from deploy.demo.visitor import Mailbox, Visitor, eventually
from deploy.local.system import LocalSystem
from services.auth import console
from services.common.clock import real_now
from tests.support.customer import PASSWORD as CUSTOMER_PASSWORD
from tests.support.customer import Customer, make_customer
from tests.support.households import Households
from tests.support.problems import bad_fields, code_of, problem_of
from tests.support.staff import PASSWORD, Member, wrong

Make = Callable[[], Customer]


@pytest.fixture(scope="module")
def supporter(system: LocalSystem) -> Member:
    return Member(system, "support").enrol().sign_in()


@pytest.fixture(scope="module")
def admin(system: LocalSystem) -> Member:
    return Member(system, "admin").enrol().sign_in()


@pytest.fixture
def made(system: LocalSystem, mailbox: Mailbox, households: Households) -> Make:
    return lambda: make_customer(system.urls.gateway, mailbox, households.take(metered=False), "app")


def holders(member: Member, account: str) -> list[dict[str, Any]]:
    answer = member.send("GET", f"/accounts/{account}")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["holders"])


def acts(admin: Member, **query: str) -> list[dict[str, Any]]:
    return list(admin.send("GET", "/audit", params=query).raise_for_status().json()["acts"])


def release(member: Member, account: str, user: str, key: str | None = None) -> Any:
    body = {"user": user, "reason": "По заявлению собственника"}
    headers = {"Idempotency-Key": key or uuid4().hex}
    return member.send("POST", f"/accounts/{account}/release", json=body, headers=headers)


def test_a_new_member_enrols_with_two_factors_and_signs_in(system: LocalSystem) -> None:
    member = Member(system, "support")
    offer = member.offer()
    assert (offer["login"], offer["name"]) == (member.login, "Иванова Мария")
    assert offer["options"]["rp"]["id"] == "localhost"
    member.enrol().sign_in()
    told = member.send("GET", "/me").json()
    assert told == {"login": member.login, "name": "Иванова Мария", "roles": ["support"]}
    assert code_of(member.send("POST", "/enrolment", json={"token": member.link})) == "enrolment_stale"


def test_nobody_enrols_without_a_second_factor_or_with_an_easy_password(system: LocalSystem) -> None:
    member = Member(system, "support")
    offer = member.offer()
    body = {"token": member.link, "password": PASSWORD, "ticket": offer["ticket"]}
    path = "/enrolment/confirmation"
    assert bad_fields(member.send("POST", path, json=body)) == {"code"}
    member.secret = offer["totp_uri"].partition("secret=")[2].partition("&")[0]
    assert bad_fields(member.send("POST", path, json=body | {"code": wrong(member.code())})) == {"code"}
    easy = body | {"code": member.code(), "password": "qwertyuiop12345"}
    assert bad_fields(member.send("POST", path, json=easy)) == {"password"}
    short = body | {"code": member.code(), "password": "Sosna-veter"}
    assert bad_fields(member.send("POST", path, json=short)) == {"password"}
    assert code_of(member.password()) == "staff_sign_in_refused"
    assert member.send("POST", path, json=body | {"code": member.code()}).status_code == 200
    again = member.send("POST", path, json=body | {"code": member.code()})
    assert code_of(again) == "enrolment_stale"


def test_a_wrong_password_and_a_login_that_nobody_has_look_the_same(system: LocalSystem) -> None:
    member = Member(system, "support").enrol()
    refusals = [member.password("not-the-password")]
    member.login = f"nobody-{uuid4().hex[:8]}"
    refusals.append(member.password())
    told = [problem_of(answer) for answer in refusals]
    for one in told:
        del one["reference"]
    assert told[0] == told[1]
    assert told[0]["code"] == "staff_sign_in_refused"


def test_a_code_of_the_app_works_once(system: LocalSystem) -> None:
    member = Member(system, "support").enrol()
    code = member.code()
    assert member.factor(member.ticket(), code).status_code == 201
    assert code_of(member.factor(member.ticket(), code)) == "staff_sign_in_refused"


def test_a_ticket_works_once_and_is_no_other_s(system: LocalSystem, supporter: Member) -> None:
    member = Member(system, "support").enrol()
    ticket = member.ticket()
    assert member.factor(ticket, member.code()).status_code == 201
    member.forget_step()
    assert code_of(member.factor(ticket, member.code())) == "ticket_stale"
    assert code_of(member.factor(supporter.ticket(), member.code())) == "staff_sign_in_refused"
    assert code_of(member.factor("nonsense", member.code())) == "ticket_stale"


def test_wrong_codes_lock_whatever_passwords_are_right_meanwhile(system: LocalSystem) -> None:
    member = Member(system, "support").enrol()
    codes = [code_of(member.factor(member.ticket(), wrong(member.code()))) for _ in range(5)]
    assert codes == ["staff_sign_in_refused"] * 5
    refused = member.factor(member.ticket(), member.code())
    assert code_of(refused) == "too_many_requests"
    assert 0 < problem_of(refused)["details"]["retry_after"] <= 60


def test_wrong_passwords_lock_the_login(system: LocalSystem) -> None:
    member = Member(system, "support").enrol()
    refusals = [member.password("not-the-password") for _ in range(5)]
    assert {code_of(answer) for answer in refusals} == {"staff_sign_in_refused"}
    assert 0 < problem_of(refusals[-1])["details"]["retry_after"] <= 60
    assert code_of(member.password()) == "too_many_requests"


def test_a_disabled_member_is_out_at_once_and_a_reset_one_starts_anew(system: LocalSystem) -> None:
    member = Member(system, "support").enrol().sign_in()
    other = member.on(f"http://127.0.0.1:{system.ports['gateway-2']}")
    assert other("GET", "/me").status_code == 200
    ticket = member.ticket()
    with member.console() as session:
        console.disable(session, member.login, real_now())
    assert {code_of(member.send("GET", "/me")), code_of(other("GET", "/me"))} == {"session_ended"}
    assert code_of(member.password()) == "staff_sign_in_refused"
    assert code_of(member.factor(ticket, member.code())) == "staff_sign_in_refused"
    with member.console() as session:
        member.link = console.reset(session, member.login, real_now()).token
    assert code_of(member.password()) == "staff_sign_in_refused"
    assert member.enrol().sign_in().send("GET", "/me").status_code == 200


def test_signing_out_is_felt_at_once_on_every_gateway(system: LocalSystem) -> None:
    member = Member(system, "support").enrol().sign_in()
    other = member.on(f"http://127.0.0.1:{system.ports['gateway-2']}")
    assert other("GET", "/me").status_code == 200
    assert member.send("DELETE", "/sessions/current").status_code == 204
    assert code_of(other("GET", "/me")) == "session_ended"
    assert not set(member.visitor.http.cookies)


@pytest.mark.parametrize("column", ["last_used_at = now() - interval '31 minutes'", "expires_at = now()"])
def test_a_session_ends_when_unused_and_in_the_evening(
    column: str, system: LocalSystem, database: Callable[[str], Any]
) -> None:
    member = Member(system, "support").enrol().sign_in()
    database("auth").execute(
        f"UPDATE staff_sessions SET {column} WHERE staff_id = (SELECT id FROM staff WHERE login = %s)",
        (member.login,),
    )
    assert code_of(member.send("GET", "/me")) == "session_ended"


def test_support_sees_who_holds_an_account(supporter: Member, made: Make) -> None:
    customer = made()
    (holder,) = holders(supporter, customer.account)
    assert holder["email"] == customer.email
    assert holder["phone"] == "+79105550000"
    assert (holder["primary"], holder["frozen"]) == (True, False)
    assert holder["linked_at"] <= holder["last_used_at"]
    assert holders(supporter, "000000017") == []
    assert code_of(supporter.send("GET", "/accounts/12345")) == "invalid_request"


def test_support_releases_an_additional_account_and_its_owner_is_told(
    supporter: Member, admin: Member, made: Make, mailbox: Mailbox, households: Households
) -> None:
    customer, home = made(), households.take(metered=False)
    customer.visitor.post("/me/accounts", {"account": home.account, "address": home.address})
    customer.visitor.get(f"/accounts/{home.account}")
    (holder,) = holders(supporter, home.account)
    assert holder["primary"] is False
    key = uuid4().hex
    assert release(supporter, home.account, holder["user"], key).status_code == 200
    eventually(
        lambda: code_of(customer.visitor.send("GET", f"/accounts/{home.account}")) == "account_unknown",
        "the account is no longer the customer's",
        3,
        0.02,
    )
    assert release(supporter, home.account, holder["user"], key).status_code == 200
    assert code_of(release(supporter, home.account, holder["user"])) == "not_found"
    assert customer.state()["account"] == customer.account
    assert home.account in mailbox.wait_letter(customer.email, "отключ")["text"]
    trail = acts(admin, account=home.account)
    (released,) = [act for act in trail if act["act"] == "link_released"]
    assert released["actor"] == f"staff:{supporter.login}"
    assert released["user"] == holder["user"]
    assert released["details"] == {"reason": "По заявлению собственника", "primary": False}
    assert [act for act in trail if act["act"] == "account_looked_up"]


def test_releasing_a_primary_account_deletes_the_profile_and_frees_the_account(
    supporter: Member, admin: Member, made: Make, mailbox: Mailbox, system: LocalSystem
) -> None:
    customer = made()
    (holder,) = holders(supporter, customer.account)
    assert release(supporter, customer.account, holder["user"]).status_code == 200
    assert holders(supporter, customer.account) == []
    eventually(lambda: customer.visitor.send("GET", "/me").status_code == 401, "the session ends", 3, 0.02)
    letters = eventually(lambda: _two(mailbox.letters(customer.email)), "both letters come")
    assert any("Личный кабинет удалён" in letter["text"] for letter in letters)
    told = {act["act"]: act["actor"] for act in acts(admin, user=holder["user"])}
    assert told["link_released"] == told["profile_deleted"] == f"staff:{supporter.login}"
    again = make_customer(system.urls.gateway, mailbox, customer.home, "app")
    assert [row["email"] for row in holders(supporter, customer.account)] == [again.email]


def _two(letters: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
    """The letters after the activation, when both are there."""
    return letters[1:] if len(letters) >= 3 else None


def test_support_gives_a_frozen_link_back(
    supporter: Member, made: Make, database: Callable[[str], Any], households: Households
) -> None:
    customer, home = made(), households.take(metered=False)
    customer.visitor.post("/me/accounts", {"account": home.account, "address": home.address})
    database("auth").execute(
        "UPDATE linked_accounts SET frozen_at = now() WHERE account = %s", (home.account,)
    )
    (holder,) = holders(supporter, home.account)
    assert holder["frozen"] is True
    signed = Visitor(str(customer.visitor.http.base_url), "app")
    signed.sign_in(customer.account, CUSTOMER_PASSWORD)
    assert code_of(signed.send("GET", f"/accounts/{home.account}")) == "account_frozen"
    body = {"user": holder["user"], "reason": "Родственники, договорились"}
    path = f"/accounts/{home.account}/unfreeze"
    assert supporter.send("POST", path, json=body).status_code == 200
    eventually(
        lambda: signed.send("GET", f"/accounts/{home.account}").status_code == 200, "access is back", 3, 0.02
    )
    assert code_of(supporter.send("POST", path, json=body)) == "not_found"


def test_reading_the_audit_trail_is_on_the_audit_trail(admin: Member, made: Make) -> None:
    customer = made()
    assert "audit_read" not in {act["act"] for act in acts(admin, account=customer.account)}
    (read,) = [a for a in acts(admin, account=customer.account) if a["act"] == "audit_read"]
    assert read["actor"] == f"staff:{admin.login}"
    assert bad_fields(admin.send("GET", "/audit")) == {"account"}
