"""A thousand guesses of a secret, from a thousand homes, through two gateways, are stopped at the documented number.

PINs: test_devices.py.
"""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from deploy.demo.visitor import Mailbox, Visitor, activation_code, somewhere
from deploy.local.system import LocalSystem
from services.auth.domain.limits import Failures
from services.auth.domain.tokens import CODE_TRIES
from services.common.clock import real_now
from tests.support.customer import PASSWORD, Customer, make_customer
from tests.support.households import Households
from tests.support.problems import code_of

GUESSES, AT_ONCE = 1000, 20
Database = Callable[[str], "psycopg.Connection[Any]"]
Send = Callable[..., Awaitable[httpx.Response]]
Guess = Callable[[Send, int], Awaitable[httpx.Response]]
"""One guess, by its number; `send(method, path, body, home)` speaks to a gateway, by default from a new home."""


def attacked(
    system: LocalSystem, guess: Guess, meanwhile: Callable[[], object] = lambda: None
) -> Counter[str]:
    """What a thousand guesses were answered; in the midst of them `meanwhile` is done."""
    return asyncio.run(_attack(system, guess, meanwhile))


async def _attack(system: LocalSystem, guess: Guess, meanwhile: Callable[[], object]) -> Counter[str]:
    numbers, answers = iter(range(GUESSES)), Counter[str]()
    half_way = asyncio.Event()

    async def attacker(http: httpx.AsyncClient) -> None:
        async def send(
            method: str, path: str, body: dict[str, Any], home: str | None = None
        ) -> httpx.Response:
            headers = {"X-Forwarded-For": home or somewhere()}
            return await http.request(method, f"/api/v1{path}", json=body, headers=headers)

        for number in numbers:
            answer = await guess(send, number)
            answers[code_of(answer)] += 1
            if answer.status_code == 429:
                assert int(answer.headers["Retry-After"]) > 0
            if answers.total() >= GUESSES // 2:
                half_way.set()

    async def owner() -> None:
        await half_way.wait()
        await asyncio.to_thread(meanwhile)

    ports = [system.ports[name] for name in ("gateway", "gateway-2")]
    clients = [
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) for port in ports
    ]
    try:
        await asyncio.gather(owner(), *(attacker(clients[n % len(clients)]) for n in range(AT_ONCE)))
    finally:
        for client in clients:
            await client.aclose()
    assert answers.total() == GUESSES
    return answers


def allowed(seconds: float) -> int:
    """How many wrong passwords the growing lock lets anybody try within so many seconds."""
    start = now = real_now()
    failures, tries = Failures(), 0
    while now <= start + timedelta(seconds=seconds):
        failures, tries = failures.with_failure(now), tries + 1
        now += timedelta(seconds=failures.wait(now))
    return tries


@pytest.fixture
def audited(database: Database) -> Callable[..., int]:
    """`audited(account, "code_refused")`: how often these acts are on the trail."""

    def count(account: str, *acts: str) -> int:
        sql = "SELECT count(*) FROM audit WHERE account = %s AND act = ANY(%s)"
        row = database("auth").execute(sql, (account, list(acts))).fetchone()
        return int(row[0]) if row else 0

    return count


@pytest.fixture
def owner(system: LocalSystem, mailbox: Mailbox, households: Households) -> Customer:
    return make_customer(system.urls.gateway, mailbox, households.take(metered=False))


def test_a_thousand_passwords_are_stopped_and_the_owner_gets_in(
    owner: Customer, system: LocalSystem, audited: Callable[..., int]
) -> None:
    app = Visitor(system.urls.gateway, "app")
    mark = app.sign_in(owner.account, PASSWORD)["device_mark"]
    right = {"account": owner.account, "password": PASSWORD, "channel": "app"}

    async def guess(send: Send, number: int) -> httpx.Response:
        return await send("POST", "/sessions", {"account": owner.account, "password": f"guess-{number:04d}"})

    began = time.monotonic()
    answers = attacked(system, guess, lambda: owner.visitor.sign_in(owner.account, PASSWORD))
    tried = audited(owner.account, "sign_in_refused", "sign_in_locked")
    assert 5 <= tried <= allowed(time.monotonic() - began)
    assert answers == {"sign_in_refused": tried, "too_many_requests": GUESSES - tried}

    assert code_of(Visitor(system.urls.gateway, "app").send("POST", "/sessions", json=right)) == (
        "too_many_requests"
    ), "an unknown device waits, though it has the password"
    assert owner.visitor.sign_in(owner.account, PASSWORD)["csrf_token"], "the owner's browser gets in"
    known = app.send("POST", "/sessions", json=right | {"device_mark": mark})
    assert known.status_code == 201, "the owner's app gets in"
    app.keep(known.json())
    assert [who.send("GET", "/me").status_code for who in (owner.visitor, app)] == [200, 200]


def test_a_thousand_activation_codes_are_stopped_and_the_letter_s_link_still_works(
    system: LocalSystem, mailbox: Mailbox, households: Households, database: Database
) -> None:
    home, email = households.take(metered=False), f"b-{uuid4().hex[:12]}@example.org"
    visitor = Visitor(system.urls.gateway)
    visitor.register(home.account, home.address, email, PASSWORD)
    letter = mailbox.wait_letter(email, "Активация")
    right = int(activation_code(letter))

    async def guess(send: Send, number: int) -> httpx.Response:
        code = f"{(right + 1 + number) % 1_000_000:06d}"
        return await send("POST", "/activations", {"account": home.account, "code": code})

    answers = attacked(system, guess)
    assert set(answers) <= {"code_refused", "too_many_requests"}
    sql = "SELECT tries FROM registrations WHERE account = %s"
    assert database("auth").execute(sql, (home.account,)).fetchone() == (CODE_TRIES,)
    dead = visitor.send("POST", "/activations", json={"account": home.account, "code": f"{right:06d}"})
    assert code_of(dead) == "code_refused", "the right code is dead with the others"
    visitor.activate(letter)
    assert visitor.sign_in(home.account, PASSWORD)["csrf_token"]


def test_a_thousand_recovery_codes_are_stopped_and_the_password_stays(
    owner: Customer, system: LocalSystem, database: Database
) -> None:
    owner.visitor.post("/recoveries", {"account": owner.account, "email": owner.email})
    letter = owner.mailbox.wait_letter(owner.email, "Восстановление")
    right = int(letter_code(letter))

    async def guess(send: Send, number: int) -> httpx.Response:
        code = f"{(right + 1 + number) % 1_000_000:06d}"
        return await send("PUT", "/recoveries", new_password(owner.account, code))

    answers = attacked(system, guess)
    assert answers == {"code_refused": GUESSES}
    sql = "SELECT tries FROM confirmations WHERE account = %s AND kind = 'recovery'"
    assert database("auth").execute(sql, (owner.account,)).fetchone() == (CODE_TRIES,)
    dead = new_password(owner.account, f"{right:06d}")
    assert code_of(owner.visitor.send("PUT", "/recoveries", json=dead)) == "code_refused"
    assert owner.visitor.sign_in(owner.account, PASSWORD)["csrf_token"], "the old password is the password"


def new_password(account: str, code: str) -> dict[str, Any]:
    password = "Thief-of-lamps-77"
    return {"account": account, "code": code, "password": password, "password_again": password}


def letter_code(letter: dict[str, Any]) -> str:
    found = re.search(r"(?<![\w\-])(\d{6})(?![\w\-])", letter["text"])
    assert found, letter["text"]
    return found.group(1)


def test_a_flood_from_one_home_is_told_to_wait_and_stops_nobody_else(
    owner: Customer, system: LocalSystem
) -> None:
    home = somewhere()

    async def guess(send: Send, number: int) -> httpx.Response:
        return await send("POST", "/sessions", {"account": f"0001{number:05d}", "password": "guess"}, home)

    elsewhere = Visitor(system.urls.gateway)
    began = time.monotonic()
    answers = attacked(system, guess, lambda: elsewhere.sign_in(owner.account, PASSWORD))
    minutes = (time.monotonic() - began) // 60 + 1
    assert set(answers) == {"sign_in_refused", "too_many_requests"}
    assert answers["sign_in_refused"] <= 2 * 20 * minutes, "two gateways count apart"
    assert elsewhere.send("GET", "/me").status_code == 200
