"""Every route of the API against everybody who must not pass, as one table; the routes come from the OpenAPI."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from deploy.demo.visitor import Mailbox, Visitor
from deploy.local.system import LocalSystem
from tests.support.customer import PASSWORD, Customer
from tests.support.doors import BODIES, PUBLIC, STAFF, STAFF_PUBLIC, Route, bearer, described
from tests.support.households import Households
from tests.support.problems import code_of
from tests.support.tokens import forgeries

Table = dict[str, dict[str, str]]
"""case -> route -> what it answered."""


@dataclass(frozen=True)
class Case:
    """Somebody who must not pass: `knock` sends a request, `right` is the refusal, `rows` are whose doors."""

    name: str
    right: str
    knock: Callable[[Route], str]
    rows: Callable[[Route], bool]


def customers(route: Route) -> bool:
    return route.name in BODIES


def staffs(route: Route) -> bool:
    return route.name in STAFF


def protected(route: Route) -> bool:
    return customers(route) or staffs(route)


def of_an_account(route: Route) -> bool:
    return customers(route) and "{account}" in route.path


@pytest.fixture(scope="session")
def payment(resident: Customer) -> str:
    return str(resident.start(10_00)["id"])


@pytest.fixture(scope="session")
def just_removed(resident: Customer, households: Households, mailbox: Mailbox, system: LocalSystem) -> str:
    """An account that the resident had as an additional one, used, and removed this moment."""
    home = households.take(zones=1)
    resident.visitor.post("/me/accounts", {"account": home.account, "address": home.address})
    resident.visitor.get(f"/accounts/{home.account}")
    assert resident.visitor.send("DELETE", f"/me/accounts/{home.account}").status_code == 204
    return home.account


@pytest.fixture(scope="session")
def cases(
    resident: Customer, neighbour: Customer, system: LocalSystem, payment: str, just_removed: str
) -> list[Case]:
    nobody = Visitor(system.urls.gateway)
    other = Visitor(system.urls.gateway, "app")
    other.sign_in(neighbour.account, PASSWORD)
    forged = forgeries(bearer(resident.visitor), bearer(other))
    ended = Visitor(system.urls.gateway, "app")
    ended.sign_in(neighbour.account, PASSWORD)
    assert ended.send("DELETE", "/sessions/current").status_code == 204

    def knocking(visitor: Visitor, account: str, headers: dict[str, str]) -> Callable[[Route], str]:
        def knock(route: Route) -> str:
            body = BODIES.get(route.name, STAFF.get(route.name))
            path = route.at(account, payment)
            return code_of(visitor.send(route.method, path, json=body, headers=headers))

        return knock

    def by(token: str) -> Callable[[Route], str]:
        return knocking(nobody, resident.account, {"Authorization": f"Bearer {forged[token]}"})

    def in_cookie(token: str) -> Callable[[Route], str]:
        return knocking(nobody, resident.account, {"Cookie": f"svet_access={forged[token]}"})

    mine = resident.account
    return [
        Case("no token", "unauthenticated", knocking(nobody, mine, {}), protected),
        Case("expired", "unauthenticated", by("expired"), protected),
        Case("expired cookie", "unauthenticated", in_cookie("expired"), protected),
        Case("forged signature", "unauthenticated", by("signed by another key"), protected),
        Case("forged cookie", "unauthenticated", in_cookie("signed by another key"), protected),
        Case("other algorithm", "unauthenticated", by("HS256 with the public key"), protected),
        Case("no algorithm", "unauthenticated", by("unsigned"), protected),
        Case("ended session", "session_ended", knocking(ended, neighbour.account, {}), customers),
        Case("another's account", "account_unknown", knocking(other, mine, {}), of_an_account),
        Case(
            "account just removed",
            "account_unknown",
            knocking(resident.visitor, just_removed, {}),
            of_an_account,
        ),
        Case("customer at staff's", "unauthenticated", knocking(resident.visitor, mine, {}), staffs),
        Case("cookies at staff's", "unauthenticated", knocking(neighbour.visitor, mine, {}), staffs),
    ]


def test_every_route_refuses_everybody_who_must_not_pass(
    cases: list[Case], system: LocalSystem, capsys: pytest.CaptureFixture[str]
) -> None:
    routes = sorted(described(system.urls.gateway), key=lambda route: (route.path, route.method))
    table: Table = {
        case.name: {route.name: case.knock(route) for route in routes if case.rows(route)} for case in cases
    }
    with capsys.disabled():
        # Not standard output: of a process of pytest-xdist that is the way its results go.
        sys.stderr.write(drawn(routes, cases, table) + "\n")
    wrong = {
        (case.name, name): code
        for case in cases
        for name, code in table[case.name].items()
        if code != case.right
    }
    assert wrong == {}
    unguarded = [r.name for r in routes if not protected(r) and r.name not in PUBLIC | STAFF_PUBLIC]
    assert unguarded == []
    assert all(table[case.name] for case in cases), "a case that knocks at no door proves nothing"


def drawn(routes: list[Route], cases: list[Case], table: Table) -> str:
    """Routes x cases: ✓ refused as it should be, the code when not, · where the case does not apply."""

    def mark(case: Case, route: Route) -> str:
        code: Any = table[case.name].get(route.name)
        return "·" if code is None else "✓" if code == case.right else code

    lines = [
        f"\n{len(routes)} routes x {len(cases)} cases, {sum(len(row) for row in table.values())} refusals"
    ]
    lines += [f"  {chr(ord('A') + n)} {case.name}: {case.right}" for n, case in enumerate(cases)]
    width = max(len(f"{route.method} {route.path}") for route in routes)
    lines.append(" " * width + "  " + " ".join(chr(ord("A") + n) for n in range(len(cases))))
    for route in routes:
        marks = " ".join(mark(case, route) for case in cases) if protected(route) else "public"
        lines.append(f"{f'{route.method} {route.path}':<{width}}  {marks}")
    return "\n".join(lines)
