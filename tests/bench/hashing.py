"""A light call at a fixed rate, alone and while people sign in: hashing passwords must not keep it waiting."""

import asyncio
import statistics
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx

from deploy.demo.visitor import somewhere
from deploy.local.system import LocalSystem
from tests.bench.timing import at_rate
from tests.support.customer import PASSWORD, Customer

ROUNDS, ROUND_SECONDS, RATE = 5, 8, 40
"""The light call's rounds, their length and its requests a second."""
SIGN_INS_AT_ONCE = 4
MOST = 3.0
"""So many times may the light call's p99 grow."""


async def measure(system: LocalSystem, people: Sequence[Customer]) -> dict[str, Any]:
    """Medians of five p99s, in milliseconds: the list of one's sessions, which auth answers with one query."""
    # Shorter than the gateway keeps idle ones: none is used in the moment that it is closed.
    limits = httpx.Limits(max_connections=200, max_keepalive_connections=200, keepalive_expiry=2)
    async with httpx.AsyncClient(
        base_url=f"{system.urls.gateway}/api/v1", timeout=30, trust_env=False, limits=limits
    ) as http:
        caller, *others = people
        headers = {"Authorization": caller.visitor.http.headers["Authorization"]}
        await _light(http, headers)  # warm
        quiet, busy, signed = [], [], 0
        for _ in range(ROUNDS):
            quiet.append(await _light(http, headers))
            async with _signing_in(http, others) as count:
                busy.append(await _light(http, headers))
            signed += sum(count)
    ratio = statistics.median(busy) / statistics.median(quiet)
    return {
        "p99_alone_ms": round(statistics.median(quiet), 2),
        "p99_with_sign_ins_ms": round(statistics.median(busy), 2),
        "ratio": round(ratio, 2),
        "at_most": MOST,
        "requests_a_second": RATE,
        "sign_ins_a_second": round(signed / ROUNDS / ROUND_SECONDS, 1),
        "passed": ratio <= MOST,
    }


async def _light(http: httpx.AsyncClient, headers: dict[str, str]) -> float:
    """The p99 in milliseconds."""

    async def look(_: int) -> None:
        (await http.get("/me/sessions", headers=headers)).raise_for_status()

    return (await at_rate(look, ROUND_SECONDS * RATE, RATE)).p99


@asynccontextmanager
async def _signing_in(http: httpx.AsyncClient, people: Sequence[Customer]) -> AsyncIterator[list[int]]:
    """People who sign in one after another, some at once, from homes of their own; gives the counts of each."""
    counts = [0] * SIGN_INS_AT_ONCE

    async def sign_in_for_ever(worker: int) -> None:
        while True:
            person = people[(worker + counts[worker] * SIGN_INS_AT_ONCE) % len(people)]
            body = {"account": person.account, "password": PASSWORD, "channel": "app"}
            answer = await http.post("/sessions", json=body, headers={"X-Forwarded-For": somewhere()})
            answer.raise_for_status()
            counts[worker] += 1

    workers = [asyncio.create_task(sign_in_for_ever(number)) for number in range(SIGN_INS_AT_ONCE)]
    try:
        yield counts
    finally:
        for worker in workers:
            worker.cancel()
        done = await asyncio.gather(*workers, return_exceptions=True)
    for failed in done:
        if isinstance(failed, Exception):
            raise failed
