"""The owner's sessions over HTTP: seen, ended one by one or all, refreshed by tabs at once, on both gateways."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import psycopg
import pytest

from deploy.demo.visitor import Mailbox, Visitor
from deploy.local.system import LocalSystem
from tests.support.customer import PASSWORD, Customer, make_customer
from tests.support.doors import on_the_other_gateway, refused_within_a_second
from tests.support.households import Households
from tests.support.problems import code_of

Database = Callable[[str], "psycopg.Connection[Any]"]
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


@pytest.fixture
def owner(system: LocalSystem, mailbox: Mailbox, households: Households) -> Customer:
    """A customer in a browser, alone in the cabinet."""
    return make_customer(system.urls.gateway, mailbox, households.take(metered=False))


@pytest.fixture
def signed(system: LocalSystem, owner: Customer) -> Callable[..., Visitor]:
    """`signed("app")`: the owner on one more device."""

    def sign_in(channel: str = "app", agent: str = "") -> Visitor:
        visitor = Visitor(system.urls.gateway, channel)
        visitor.http.headers["User-Agent"] = agent
        visitor.sign_in(owner.account, PASSWORD)
        return visitor

    return sign_in


def listed(visitor: Visitor) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = visitor.get("/me/sessions")["sessions"]
    return found


def test_a_person_sees_where_the_cabinet_is_open(owner: Customer, signed: Callable[..., Visitor]) -> None:
    app = signed("app", FIREFOX)
    here, browser = listed(app)
    assert (here["current"], browser["current"]) == (True, False)
    assert (here["device_name"], here["channel"], here["method"]) == ("Firefox, Linux", "app", "password")
    assert here["address"] == app.http.headers["X-Forwarded-For"]
    assert browser["channel"] == "web"
    assert here["opened_at"] == here["last_used_at"]
    owner.visitor.keep(owner.visitor.post("/sessions/refresh"))
    browser, here = listed(owner.visitor)
    assert browser["current"]
    assert browser["last_used_at"] > here["last_used_at"]


@pytest.mark.parametrize("channel", ["web", "app"])
def test_one_session_is_ended_from_another_and_stops_on_every_gateway(
    channel: str, owner: Customer, signed: Callable[..., Visitor], system: LocalSystem
) -> None:
    lost, elsewhere = signed("app"), signed(channel)
    other = on_the_other_gateway(system, lost)
    assert [who.send("GET", "/me").status_code for who in (lost, other, elsewhere)] == [200] * 3
    session = next(row["session"] for row in listed(lost) if row["current"])
    assert elsewhere.send("DELETE", f"/me/sessions/{session}").status_code == 204
    assert code_of(lost.send("GET", "/me")) == "session_ended"
    refused_within_a_second(other)
    refused = lost.send("POST", "/sessions/refresh", json={"token": lost.refresh_token})
    assert code_of(refused) == "session_ended"
    assert session not in [row["session"] for row in listed(elsewhere)]
    assert elsewhere.send("DELETE", f"/me/sessions/{session}").status_code == 204, "again is no matter"
    assert owner.visitor.send("GET", "/me").status_code == 200


def test_all_other_sessions_end_and_this_one_goes_on(
    owner: Customer, signed: Callable[..., Visitor], system: LocalSystem
) -> None:
    others = [signed("app"), signed("web")]
    far = on_the_other_gateway(system, others[0])
    assert far.send("GET", "/me").status_code == 200
    assert owner.visitor.send("DELETE", "/me/sessions?keep_current=true").status_code == 204
    refused_within_a_second(far)
    assert [code_of(who.send("GET", "/me")) for who in others] == ["session_ended"] * 2
    assert [row["current"] for row in listed(owner.visitor)] == [True]


def test_all_sessions_end_and_the_browser_forgets_this_one(
    owner: Customer, signed: Callable[..., Visitor]
) -> None:
    app = signed("app")
    assert owner.visitor.send("DELETE", "/me/sessions?keep_current=false").status_code == 204
    assert set(owner.visitor.http.cookies) == {"svet_device"}
    assert code_of(app.send("GET", "/me")) == "session_ended"
    owner.visitor.sign_in(owner.account, PASSWORD)
    assert len(listed(owner.visitor)) == 1


def test_a_browser_that_ends_its_own_session_by_name_forgets_it(owner: Customer) -> None:
    (here,) = listed(owner.visitor)
    assert owner.visitor.send("DELETE", f"/me/sessions/{here['session']}").status_code == 204
    assert set(owner.visitor.http.cookies) == {"svet_device"}


def test_nobody_ends_another_person_s_session(owner: Customer, neighbour: Customer) -> None:
    (mine,) = listed(owner.visitor)
    assert neighbour.visitor.send("DELETE", f"/me/sessions/{mine['session']}").status_code == 204
    assert owner.visitor.send("GET", "/me").status_code == 200
    assert [row["session"] for row in listed(owner.visitor)] == [mine["session"]]


def test_a_device_that_signs_in_again_has_one_session(
    signed: Callable[..., Visitor], owner: Customer
) -> None:
    browser = signed("web")
    before = len(listed(browser))
    browser.sign_in(owner.account, PASSWORD)
    assert len(listed(browser)) == before


def test_three_tabs_refresh_at_once_through_two_gateways_and_the_session_lives(
    signed: Callable[..., Visitor], system: LocalSystem
) -> None:
    visitor = signed("app")
    tabs = [visitor, on_the_other_gateway(system, visitor), on_the_other_gateway(system, visitor)]
    body = {"token": visitor.refresh_token}
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda tab: tab.send("POST", "/sessions/refresh", json=body), tabs))
    assert [answer.status_code for answer in answers] == [200] * 3
    pairs = [answer.json() for answer in answers]
    assert len({pair["refresh_token"] for pair in pairs}) == 3
    for tab, pair in zip(tabs, pairs, strict=True):
        tab.keep(pair)
        assert tab.send("GET", "/me").status_code == 200
    assert tabs[2].send("POST", "/sessions/refresh", json={"token": pairs[2]["refresh_token"]}).is_success


def test_three_tabs_of_a_browser_refresh_at_once(signed: Callable[..., Visitor], system: LocalSystem) -> None:
    browser = signed("web")
    headers = dict(browser.http.headers) | {
        "Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.http.cookies.jar)
    }
    ports = [system.ports[name] for name in ("gateway", "gateway-2", "gateway")]

    def refresh(port: int) -> httpx.Response:
        url = f"http://127.0.0.1:{port}/api/v1/sessions/refresh"
        with httpx.Client(timeout=30, trust_env=False) as http:
            return http.post(url, headers=headers)

    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(refresh, ports))
    assert [answer.status_code for answer in answers] == [200] * 3
    browser.http.cookies.update(answers[-1].cookies)
    assert browser.send("GET", "/me").status_code == 200


def test_a_replay_is_on_the_audit_trail(signed: Callable[..., Visitor], database: Database) -> None:
    visitor = signed("app")
    (session,) = [row["session"] for row in listed(visitor) if row["current"]]
    stolen = visitor.refresh_token
    visitor.keep(visitor.post("/sessions/refresh", {"token": stolen}))
    auth = database("auth")
    aged = "UPDATE refresh_tokens SET used_at = used_at - interval '1 minute' WHERE session_id = %s"
    auth.execute(aged, (session,))
    thief = Visitor(str(visitor.http.base_url), "app")
    assert code_of(thief.send("POST", "/sessions/refresh", json={"token": stolen})) == "session_ended"
    refused_within_a_second(visitor)
    acts = "SELECT act, client FROM audit WHERE session_id = %s ORDER BY id DESC LIMIT 1"
    row = auth.execute(acts, (session,)).fetchone()
    assert row == ("token_replayed", thief.http.headers["X-Forwarded-For"])


def test_a_session_that_was_not_used_for_its_term_is_gone(
    owner: Customer, signed: Callable[..., Visitor], database: Database
) -> None:
    old = signed("app")
    (session,) = [row["session"] for row in listed(old) if row["current"]]
    auth = database("auth")
    month = "interval '30 days 1 second'"
    auth.execute(f"UPDATE sessions SET last_used_at = last_used_at - {month} WHERE id = %s", (session,))
    auth.execute(
        f"UPDATE refresh_tokens SET expires_at = expires_at - {month} WHERE session_id = %s", (session,)
    )
    refused = old.send("POST", "/sessions/refresh", json={"token": old.refresh_token})
    assert code_of(refused) == "session_ended"
    assert session not in [row["session"] for row in listed(owner.visitor)]
