"""Every route against everybody who must not pass: tokens, cookies, foreign accounts, ended sessions."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from deploy.demo.visitor import Mailbox, Visitor
from deploy.local.system import LocalSystem
from tests.support.customer import PASSWORD, Customer
from tests.support.doors import (
    BODIES,
    PUBLIC,
    STAFF,
    STAFF_PUBLIC,
    Doors,
    Route,
    bearer,
    changing,
    described,
    every,
    of_an_account,
    on_the_other_gateway,
    refused_with,
    refused_within_a_second,
)
from tests.support.problems import code_of
from tests.support.tokens import forgeries

NO_SESSION = "7d3c9efb-fbc6-47c0-8a87-b33803d2eb45"


@pytest.fixture(scope="session")
def routes(system: LocalSystem) -> list[Route]:
    return [route for route in described(system.urls.gateway) if route.name in BODIES]


@pytest.fixture(scope="session")
def payment_of_resident(resident: Customer) -> str:
    return str(resident.start(10_00)["id"])


@pytest.fixture(scope="session")
def doors(routes: list[Route], resident: Customer, payment_of_resident: str) -> Doors:
    return Doors(routes, resident.account, payment_of_resident)


@pytest.fixture
def cookies(doors: Doors, neighbour: Customer) -> Doors:
    """The same doors to the customer with cookies."""
    return Doors(doors.routes, neighbour.account, str(uuid4()))


@pytest.fixture(scope="session")
def bad_tokens(resident: Customer, system: LocalSystem, neighbour: Customer) -> dict[str, str]:
    other = Visitor(system.urls.gateway, "app")
    other.sign_in(neighbour.account, PASSWORD)
    return forgeries(bearer(resident.visitor), bearer(other))


def test_every_route_is_in_a_row_of_these_tests(system: LocalSystem) -> None:
    found = {route.name for route in described(system.urls.gateway)}
    rows = PUBLIC | set(BODIES) | STAFF_PUBLIC | set(STAFF)
    assert found == rows, "a new route needs a row in PUBLIC or BODIES, STAFF_PUBLIC or STAFF"


def test_nobody_passes_without_a_token(doors: Doors, system: LocalSystem) -> None:
    assert refused_with("unauthenticated", doors.codes(Visitor(system.urls.gateway), {}, every))


@pytest.mark.parametrize(
    "name",
    [
        "expired",
        "never expiring",
        "of another issuer",
        "not yet valid",
        "signed by another key",
        "of an unknown key",
        "of no key",
        "HS256 with the public key",
        "HS256 with the public key's text",
        "unsigned",
        "without its signature",
        "with another's claims",
        "nonsense",
        "three dots",
        "endless brackets",
        "a session that is no id",
    ],
)
def test_no_forged_token_passes(
    name: str, bad_tokens: dict[str, str], doors: Doors, system: LocalSystem
) -> None:
    visitor = Visitor(system.urls.gateway)
    answers = doors.codes(visitor, {"Authorization": f"Bearer {bad_tokens[name]}"}, every)
    assert refused_with("unauthenticated", answers)
    as_cookie = {"Cookie": f"svet_access={bad_tokens[name]}"}
    assert refused_with("unauthenticated", doors.codes(visitor, as_cookie, every))


@pytest.mark.parametrize("name", ["another's session", "a session of another"])
def test_a_person_and_a_session_must_belong_together(
    name: str, bad_tokens: dict[str, str], doors: Doors, system: LocalSystem
) -> None:
    headers = {"Authorization": f"Bearer {bad_tokens[name]}"}
    for code in doors.codes(Visitor(system.urls.gateway), headers, every).values():
        assert code in ("unauthenticated", "session_ended")


@pytest.mark.parametrize("header", ["Bearer", "Bearer x y", "Basic YTpi", "Token x", "bearer"])
def test_no_other_authorization_passes(header: str, doors: Doors, system: LocalSystem) -> None:
    answers = doors.codes(Visitor(system.urls.gateway), {"Authorization": header}, every)
    assert refused_with("unauthenticated", answers)


def test_an_ended_session_passes_nowhere(doors: Doors, resident: Customer, system: LocalSystem) -> None:
    visitor = Visitor(system.urls.gateway, "app")
    visitor.sign_in(resident.account, PASSWORD)
    assert visitor.send("DELETE", "/sessions/current").status_code == 204
    assert refused_with("session_ended", doors.codes(visitor, {}, every))


@pytest.mark.parametrize("account", ["neighbour", "123456789", "12345", "nonsense", "%00", "%F0%9F%92%A1"])
def test_a_foreign_and_an_unknown_account_look_the_same(
    account: str, doors: Doors, resident: Customer, neighbour: Customer
) -> None:
    foreign = Doors(doors.routes, neighbour.account if account == "neighbour" else account, doors.payment)
    assert refused_with("account_unknown", foreign.codes(resident.visitor, {}, of_an_account))


def test_a_payment_is_found_under_its_own_account_only(doors: Doors, neighbour: Customer) -> None:
    foreign = Doors(doors.routes, neighbour.account, doors.payment)
    answers = foreign.codes(neighbour.visitor, {}, lambda route: "{payment_id}" in route.path)
    assert refused_with("not_found", answers)


@pytest.mark.parametrize("token", ["", "nonsense", "another's"])
def test_a_cookie_changes_nothing_without_its_own_csrf_token(
    token: str, cookies: Doors, neighbour: Customer, system: LocalSystem
) -> None:
    if token == "another's":
        token = Visitor(system.urls.gateway).sign_in(neighbour.account, PASSWORD)["csrf_token"]
    answers = cookies.codes(neighbour.visitor, {"X-CSRF-Token": token}, changing)
    assert refused_with("csrf_failed", answers)
    refreshed = neighbour.visitor.send("POST", "/sessions/refresh", headers={"X-CSRF-Token": token})
    assert code_of(refreshed) == "csrf_failed"


def test_a_cookie_without_a_csrf_token_ends_not_even_its_own_session(customer: Customer) -> None:
    answer = customer.visitor.send("DELETE", "/sessions/current", headers={"X-CSRF-Token": ""})
    assert code_of(answer) == "csrf_failed"
    assert customer.state()["account"] == customer.account


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none-of-these"])
def test_a_cookie_changes_nothing_from_another_site(site: str, cookies: Doors, neighbour: Customer) -> None:
    answers = cookies.codes(neighbour.visitor, {"Sec-Fetch-Site": site}, changing)
    assert refused_with("csrf_failed", answers)
    for path, body in (
        ("/sessions/refresh", None),
        ("/sessions", {"account": neighbour.account, "password": PASSWORD}),
    ):
        answer = neighbour.visitor.send("POST", path, json=body, headers={"Sec-Fetch-Site": site})
        assert code_of(answer) == "csrf_failed"


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(
    neighbour: Customer, system: LocalSystem
) -> None:
    body = {"account": neighbour.account, "password": PASSWORD}
    answer = Visitor(system.urls.gateway).send("POST", "/sessions", json=body)
    cookies = {line.split("=")[0]: line.lower() for line in answer.headers.get_list("set-cookie")}
    assert set(cookies) == {"svet_access", "svet_refresh", "svet_csrf", "svet_device"}
    assert "httponly" in cookies["svet_device"]
    assert "samesite=strict" in cookies["svet_device"]
    assert "path=/api/v1/sessions" in cookies["svet_device"]
    assert "httponly" in cookies["svet_access"]
    assert "samesite=lax" in cookies["svet_access"]
    assert "httponly" in cookies["svet_refresh"]
    assert "samesite=strict" in cookies["svet_refresh"]
    assert "path=/api/v1/sessions" in cookies["svet_refresh"]
    assert "samesite=strict" in cookies["svet_csrf"]
    told = answer.json()
    assert (told["access_token"], told["refresh_token"]) == (None, None)


def test_cookies_are_refreshed_and_forgotten(neighbour: Customer, system: LocalSystem) -> None:
    visitor = Visitor(system.urls.gateway)
    visitor.sign_in(neighbour.account, PASSWORD)
    before = dict(visitor.http.cookies)
    visitor.keep(visitor.post("/sessions/refresh"))
    assert visitor.http.cookies["svet_refresh"] != before["svet_refresh"]
    assert visitor.http.cookies["svet_csrf"] == before["svet_csrf"]
    assert visitor.get("/me")["email"] == neighbour.email
    assert visitor.send("DELETE", "/sessions/current").status_code == 204
    assert set(visitor.http.cookies) == {"svet_device"}, "only the device's mark stays"


@pytest.mark.parametrize("cookie", ["", "x", ".", "x.y", NO_SESSION, f"{NO_SESSION}.{'x' * 600}"])
def test_a_broken_refresh_cookie_is_a_plain_refusal(cookie: str, system: LocalSystem) -> None:
    headers = {"Cookie": f"svet_refresh={cookie}"}
    answer = Visitor(system.urls.gateway).send("POST", "/sessions/refresh", headers=headers)
    assert code_of(answer) in ("unauthenticated", "csrf_failed")


def test_a_replayed_refresh_token_ends_the_session_on_every_gateway(
    resident: Customer, system: LocalSystem, database: Callable[[str], "psycopg.Connection[Any]"]
) -> None:
    visitor = Visitor(system.urls.gateway, "app")
    session = visitor.sign_in(resident.account, PASSWORD)["session"]
    stolen = visitor.refresh_token
    visitor.keep(visitor.post("/sessions/refresh", {"token": stolen}))
    other = on_the_other_gateway(system, visitor)
    assert [who.send("GET", "/me").status_code for who in (visitor, other)] == [200, 200]
    database("auth").execute(
        "UPDATE refresh_tokens SET used_at = used_at - interval '1 minute' "
        "WHERE session_id = %s AND used_at IS NOT NULL",
        (session,),
    )
    assert code_of(visitor.send("POST", "/sessions/refresh", json={"token": stolen})) == "session_ended"
    for who in (visitor, other):
        refused_within_a_second(who)
    last = visitor.send("POST", "/sessions/refresh", json={"token": visitor.refresh_token})
    assert code_of(last) == "session_ended"


def test_signing_out_is_felt_at_once_here_and_in_a_moment_on_the_other_gateway(
    resident: Customer, system: LocalSystem
) -> None:
    visitor = Visitor(system.urls.gateway, "app")
    visitor.sign_in(resident.account, PASSWORD)
    other = on_the_other_gateway(system, visitor)
    assert [who.send("GET", "/me").status_code for who in (visitor, other)] == [200, 200]
    assert visitor.send("DELETE", "/sessions/current").status_code == 204
    assert code_of(visitor.send("GET", "/me")) == "session_ended"
    refused_within_a_second(other)


def test_sign_in_from_one_home_is_limited_with_a_time_to_wait(system: LocalSystem) -> None:
    visitor = Visitor(system.urls.gateway, address="2001:db8:ffff:1::1")
    for n in range(20):
        body = {"account": f"00000{n:04d}", "password": "x"}
        headers = {"X-Forwarded-For": f"203.0.113.9, 2001:db8:ffff:1::{n:x}"}
        answer = visitor.send("POST", "/sessions", json=body, headers=headers)
        if answer.status_code == 429:
            break
    answer = visitor.send("POST", "/sessions", json={"account": "000009999", "password": "x"})
    assert code_of(answer) == "too_many_requests"
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert answer.json()["details"]["retry_after"] == int(answer.headers["Retry-After"])


def test_a_household_signs_in_from_elsewhere_while_somebody_is_limited(
    resident: Customer, system: LocalSystem, mailbox: Mailbox
) -> None:
    assert Visitor(system.urls.gateway, "app").sign_in(resident.account, PASSWORD)["access_token"]
