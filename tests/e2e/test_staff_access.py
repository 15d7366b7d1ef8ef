"""Every route of staff against everybody who must not pass, and customers' routes against staff."""

from uuid import UUID

import pytest

from deploy.demo.visitor import Visitor
from deploy.local.system import LocalSystem
from tests.support.customer import PASSWORD, Customer
from tests.support.doors import BODIES, STAFF, Doors, Route, changing, described, every, refused_with
from tests.support.problems import code_of
from tests.support.staff import Member

ROLES = {
    "staff_account": "support",
    "release_link": "support",
    "unfreeze_link": "support",
    "staff_audit": "admin",
}
"""The role that a route asks for; the others are for everybody signed in."""


def with_a_role(route: Route) -> bool:
    return route.name in ROLES


@pytest.fixture(scope="module")
def doors(system: LocalSystem, resident: Customer) -> Doors:
    routes = [route for route in described(system.urls.gateway) if route.name in STAFF]
    return Doors(routes, resident.account, bodies=STAFF)


@pytest.fixture(scope="module")
def supporter(system: LocalSystem) -> Member:
    return Member(system, "support").enrol().sign_in()


def token_of(member: Member) -> str:
    return str(member.visitor.http.cookies["svet_staff"])


def test_nobody_passes_without_a_cookie(doors: Doors, system: LocalSystem) -> None:
    assert refused_with("unauthenticated", doors.codes(Visitor(system.urls.gateway), {}, every))


def test_a_customer_passes_nowhere_by_bearer_token_or_cookies(
    doors: Doors, resident: Customer, neighbour: Customer
) -> None:
    for customer in (resident, neighbour):
        assert refused_with("unauthenticated", doors.codes(customer.visitor, {}, every))


@pytest.mark.parametrize("whose", ["access", "refresh", "bearer", "nonsense", "endless"])
def test_no_other_token_passes_as_a_staff_cookie(
    whose: str, doors: Doors, resident: Customer, neighbour: Customer, system: LocalSystem
) -> None:
    token = {
        "access": str(neighbour.visitor.http.cookies.get("svet_access")),
        "refresh": str(resident.visitor.refresh_token),
        "bearer": str(resident.visitor.http.headers["Authorization"]).partition(" ")[2],
        "nonsense": "nonsense",
        "endless": "x" * 600,
    }[whose]
    right = "unauthenticated" if len(token) > 512 else "session_ended"
    answers = doors.codes(Visitor(system.urls.gateway), {"Cookie": f"svet_staff={token}"}, every)
    assert refused_with(right, answers)


def test_the_staff_token_is_no_bearer_token(doors: Doors, supporter: Member, system: LocalSystem) -> None:
    headers = {"Authorization": f"Bearer {token_of(supporter)}"}
    assert refused_with("unauthenticated", doors.codes(Visitor(system.urls.gateway), headers, every))


def test_an_ended_session_passes_nowhere(doors: Doors, system: LocalSystem) -> None:
    member = Member(system, "support", "admin").enrol().sign_in()
    headers = {"Cookie": f"svet_staff={token_of(member)}"}
    assert member.send("DELETE", "/sessions/current").status_code == 204
    assert refused_with("session_ended", doors.codes(member.visitor, headers, every))


@pytest.mark.parametrize("role", ["operator", "finance", "support"])
def test_a_role_opens_its_own_routes_only(role: str, doors: Doors, system: LocalSystem) -> None:
    member = Member(system, role).enrol().sign_in()  # type: ignore[arg-type]
    answers = doors.codes(member.visitor, {}, lambda r: with_a_role(r) and ROLES[r.name] != role)
    assert refused_with("forbidden", answers)


def test_every_route_has_a_role_but_those_about_oneself() -> None:
    assert set(STAFF) == set(ROLES) | {"staff_me", "staff_sign_out"}


@pytest.mark.parametrize("token", ["", "nonsense", "another session's", "a customer's"])
def test_a_staff_cookie_changes_nothing_without_its_own_csrf_token(
    token: str, doors: Doors, supporter: Member, neighbour: Customer, system: LocalSystem
) -> None:
    if token == "another session's":
        other = Member(system, "support").enrol().sign_in()
        token = str(other.visitor.http.headers["X-CSRF-Token"])
    if token == "a customer's":
        token = Visitor(system.urls.gateway).sign_in(neighbour.account, PASSWORD)["csrf_token"]
    answers = doors.codes(supporter.visitor, {"X-CSRF-Token": token}, changing)
    assert refused_with("csrf_failed", answers)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_staff_cookie_changes_nothing_from_another_site(site: str, doors: Doors, supporter: Member) -> None:
    assert refused_with("csrf_failed", doors.codes(supporter.visitor, {"Sec-Fetch-Site": site}, changing))
    for path in ("/sessions/password", "/sessions"):
        body = {"login": "x1", "password": "x"} if path.endswith("password") else {"ticket": "x"}
        assert (
            code_of(supporter.send("POST", path, json=body, headers={"Sec-Fetch-Site": site}))
            == "csrf_failed"
        )


def test_staff_pass_no_customer_s_route(supporter: Member, resident: Customer, system: LocalSystem) -> None:
    token = token_of(supporter)
    nobody = Visitor(system.urls.gateway)
    for headers in (
        {"Cookie": f"svet_staff={token}"},
        {"Cookie": f"svet_access={token}"},
        {"Authorization": f"Bearer {token}"},
    ):
        answers = {
            route.name: code_of(
                nobody.send(
                    route.method,
                    route.at(resident.account, str(UUID(int=0))),
                    json=BODIES[route.name],
                    headers=headers | {"X-CSRF-Token": str(supporter.visitor.http.headers["X-CSRF-Token"])},
                )
            )
            for route in described(system.urls.gateway)
            if route.name in BODIES
        }
        assert refused_with("unauthenticated", answers)


def test_the_staff_cookie_is_out_of_reach_of_scripts_and_other_sites(system: LocalSystem) -> None:
    member = Member(system, "support").enrol()
    answer = member.factor(member.ticket(), member.code())
    cookies = {line.split("=")[0]: line.lower() for line in answer.headers.get_list("set-cookie")}
    assert set(cookies) == {"svet_staff", "svet_staff_csrf"}
    assert "httponly" in cookies["svet_staff"]
    assert all("samesite=strict" in line and "path=/staff" in line for line in cookies.values())
    assert token_of(member) not in answer.text
