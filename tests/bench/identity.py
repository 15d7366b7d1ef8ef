"""What a stranger can learn from time, and whether hashing passwords keeps others waiting."""

import asyncio
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import psycopg

from deploy.demo.household import Household
from deploy.demo.visitor import Mailbox, somewhere
from deploy.local.system import LocalSystem
from tests.bench import hashing
from tests.support.customer import Customer, make_customer
from tests.support.loaded import loaded_households, loaded_system

SAMPLES, PEOPLE = 500, 20
PERCENT, MILLISECONDS = 5.0, 1.0
"""Medians must agree within one of the two."""
_BATCH = 3 * PEOPLE
"""After so many samples everybody's tries are forgotten, before anybody is locked out."""
Ask = Callable[[httpx.Client], httpx.Response]
Cases = dict[str, Iterator[Ask]]


def run() -> dict[str, Any]:
    """Medians by branch over HTTP, interleaved; then the light call's p99 with and without sign-ins."""
    with tempfile.TemporaryDirectory() as folder, loaded_system(Path(folder) / "package") as system:
        mailbox, households = Mailbox(system.urls.mailbox), loaded_households()
        people = [
            make_customer(system.urls.gateway, mailbox, households.take(metered=False), "app")
            for _ in range(PEOPLE)
        ]
        homes = [households.take(metered=False) for _ in range(PEOPLE)]
        told = {name: _compared(system, cases) for name, cases in _questions(people, homes).items()}
        blocking = asyncio.run(hashing.measure(system, people))
    passed = all(result["passed"] for result in (*told.values(), blocking))
    return {"samples": SAMPLES, "passed": passed, **told, "password_hashing": blocking}


def _questions(people: Sequence[Customer], homes: Sequence[Household]) -> dict[str, Cases]:
    """By what is asked: its branches. The first is what the others are compared with."""
    absent = [f"0000{number:05d}" for number in range(PEOPLE)]
    taken = [(person.account, person.home.address) for person in people]
    return {
        "sign_in": {
            "existing": cycle([_sign_in(person.account) for person in people]),
            "absent": cycle([_sign_in(account) for account in absent]),
        },
        "registration": {
            "unknown_account": cycle(
                [_register(a, home.address) for a, home in zip(absent, homes, strict=True)]
            ),
            "wrong_address": cycle([_register(home.account, "Калуга, Мира, 999, 999") for home in homes]),
            "taken_account": cycle([_register(*one) for one in taken]),
        },
        "recovery": {
            "existing": cycle([_recover(person.account, person.email) for person in people]),
            "wrong_email": cycle([_recover(person.account, "nobody@example.org") for person in people]),
            "absent": cycle([_recover(account, "nobody@example.org") for account in absent]),
        },
    }


def _compared(system: LocalSystem, cases: Cases) -> dict[str, Any]:
    """Every branch in turn, in an order drawn anew, so that the machine's moods fall on all alike."""
    taken: dict[str, list[float]] = {name: [] for name in cases}
    statuses: set[int] = set()
    with (
        httpx.Client(base_url=system.urls.gateway, timeout=30, trust_env=False) as http,
        psycopg.connect(system.urls.databases["auth"], autocommit=True) as auth,
    ):
        for number in range(-PEOPLE, SAMPLES):  # the first rounds warm up
            if number % _BATCH == 0:
                auth.execute("TRUNCATE failures, try_windows")
            for name in random.sample(list(cases), len(cases)):
                ask = next(cases[name])
                began = time.perf_counter()
                answer = ask(http)
                took = time.perf_counter() - began
                statuses.add(answer.status_code)
                if number >= 0:
                    taken[name].append(took * 1000)
    if len(statuses) != 1:
        raise RuntimeError(f"the branches answered differently: {sorted(statuses)}")
    return _verdict(taken) | {"status": statuses.pop()}


def _verdict(taken: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    medians = {name: statistics.median(times) for name, times in taken.items()}
    first, *_ = medians.values()
    widest = max((abs(median - first) for median in medians.values()), default=0.0)
    return {
        **{f"{name}_ms": round(median, 2) for name, median in medians.items()},
        "difference_ms": round(widest, 2),
        "difference_percent": round(widest / first * 100, 1),
        "passed": widest <= max(first * PERCENT / 100, MILLISECONDS),
    }


def _sign_in(account: str) -> Ask:
    return _asking("/sessions", {"account": account, "password": "not-the-password-1", "channel": "app"})


def _register(account: str, address: str) -> Ask:
    password = "Lamp-post-rain-58"
    body = {
        "account": account,
        "address": address,
        "email": f"bench-{account}@example.org",
        "password": password,
        "password_again": password,
        "phone": "+79105550000",
        "consent": True,
        "consent_version": "2026-01",
    }
    return _asking("/registrations", body)


def _recover(account: str, email: str) -> Ask:
    return _asking("/recoveries", {"account": account, "email": email})


def _asking(path: str, body: dict[str, Any]) -> Ask:
    def ask(http: httpx.Client) -> httpx.Response:
        headers = {"X-Forwarded-For": somewhere(), "Idempotency-Key": uuid4().hex}
        return http.post(f"/api/v1{path}", json=body, headers=headers)

    return ask
