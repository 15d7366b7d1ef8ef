"""What a customer waits for: a history of six rows and a reading submitted, over HTTP with a bearer token."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from deploy.demo.visitor import Mailbox, eventually
from deploy.local.system import LocalSystem
from tests.bench.timing import Timing, at_once, cpu_seconds, median_of
from tests.support.customer import Customer, make_customer
from tests.support.loaded import loaded_households, loaded_system

CUSTOMERS = 20
"""As many as submit at once, so that nobody waits for another's row."""
ROUNDS = 3
CALLS = {"history": {1: 100, 20: 600}, "submit": {1: 60, 20: 300}}
"""Requests of a round by concurrency."""
SERVES = {"history": "payments", "submit": "readings"}
Work = Callable[[int], Awaitable[object]]


def run() -> dict[str, Any]:
    """Requests a second and latencies by operation and concurrency; the client shares the machine."""
    with tempfile.TemporaryDirectory() as folder, loaded_system(Path(folder) / "package") as system:
        customers = _customers(system)
        rows = _six_rows(customers[0])
        measured = asyncio.run(_measure(system, customers))
    return {"rounds": ROUNDS, "history_rows": rows, **measured}


def _customers(system: LocalSystem) -> list[Customer]:
    mailbox, households = Mailbox(system.urls.mailbox), loaded_households()
    homes = [households.take(lambda home: home.balance > 1000_00) for _ in range(CUSTOMERS)]
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(lambda home: make_customer(system.urls.gateway, mailbox, home, "app"), homes))


def _six_rows(customer: Customer) -> int:
    """Three payments and three readings given without one."""
    for number in range(3):
        customer.visitor.post(f"{customer.path}/readings", {"values": customer.values(20 + number)})
        customer.pay(100_00, growth=30 + number)

    def seen() -> int:
        rows = len(customer.visitor.get(f"{customer.path}/payments")["rows"])
        return rows if rows >= 6 else 0

    return eventually(seen, "six rows of history")


async def _measure(system: LocalSystem, customers: list[Customer]) -> dict[str, Any]:
    limits = httpx.Limits(max_connections=CUSTOMERS, max_keepalive_connections=CUSTOMERS)
    base = system.urls.gateway
    async with httpx.AsyncClient(base_url=base, timeout=30, trust_env=False, limits=limits) as http:
        work: dict[str, Work] = {"history": _history(http, customers[0]), "submit": _submit(http, customers)}
        rounds: dict[tuple[str, int], list[Timing]] = {}
        cpu: dict[str, dict[str, float]] = {}
        for name in work:
            await at_once(work[name], 60, CUSTOMERS)
        for name, counts in CALLS.items():
            pids = {process: system.pid(process) for process in ("gateway", SERVES[name])}
            before = {process: cpu_seconds(pid) for process, pid in pids.items()}
            for _ in range(ROUNDS):
                for concurrency, count in counts.items():
                    took = await at_once(work[name], count, concurrency)
                    rounds.setdefault((name, concurrency), []).append(took)
            requests = ROUNDS * sum(counts.values())
            cpu[name] = {p: round((cpu_seconds(pids[p]) - before[p]) / requests * 1000, 2) for p in pids}
    told = {f"{name}_concurrency_{at}": median_of(taken) for (name, at), taken in rounds.items()}
    return {**told, "cpu_ms_per_request": cpu}


def _history(http: httpx.AsyncClient, customer: Customer) -> Work:
    async def work(_: int) -> None:
        answer = await http.get(f"/api/v1{customer.path}/payments", headers=_bearer(customer))
        answer.raise_for_status()

    return work


def _submit(http: httpx.AsyncClient, customers: list[Customer]) -> Work:
    """Each request changes its customer's reading of the month."""

    async def work(number: int) -> None:
        customer = customers[number % CUSTOMERS]
        values = customer.values(40 + number // CUSTOMERS % 2)
        headers = _bearer(customer) | {"Idempotency-Key": uuid4().hex}
        answer = await http.post(f"/api/v1{customer.path}/readings", json={"values": values}, headers=headers)
        answer.raise_for_status()

    return work


def _bearer(customer: Customer) -> dict[str, str]:
    return {"Authorization": customer.visitor.http.headers["Authorization"]}
