"""RPC on the chassis against nameko alone: same broker, same frames, same client, rounds taken in turn."""

import asyncio
import json
import statistics
import sys
import uuid
from typing import Any

from deploy.local.environment import inherited
from deploy.local.program import Program
from deploy.local.system import LocalSystem
from gateway.link import Link
from tests.bench.echo import BARE, BODY, DEFAULT, OURS, TIMEOUT, headers
from tests.bench.timing import Timing, at_once, cpu_seconds, median_of

AT_LEAST = 0.8
"""The chassis' calls a second, of bare nameko's in the same reply mode."""
ROUNDS = 15
CALLS = {1: 100, 20: 500}
"""Calls of a round by concurrency; many short rounds, so that other work on the machine meets all three alike."""
NAMES = (BARE, OURS, DEFAULT)
Rounds = dict[str, list[Timing]]


class Client:
    """The gateway's connection without its models: what is measured is the service."""

    def __init__(self, url: str) -> None:
        self._waiting: dict[str, asyncio.Future[bytes]] = {}
        self._link = Link(url, "bench", self._answered, self._undelivered, lambda _: None)

    async def open(self) -> None:
        await self._link.open([])

    def close(self) -> None:
        self._link.close()

    async def call(self, service: str) -> dict[str, Any]:
        """Ask for an echo. Raises ConnectionError when nobody serves it, TimeoutError without an answer."""
        correlation_id = str(uuid.uuid4())
        answer = self._waiting[correlation_id] = asyncio.get_running_loop().create_future()
        try:
            self._link.publish(f"{service}.echo", BODY, correlation_id, TIMEOUT, headers())
            body: dict[str, Any] = json.loads(await asyncio.wait_for(answer, TIMEOUT))
        finally:
            self._waiting.pop(correlation_id, None)
        if body["error"]:
            raise RuntimeError(f"{service}: {body['error']}")
        return body

    def _answered(self, correlation_id: str, body: bytes) -> None:
        if correlation_id in self._waiting:
            self._waiting[correlation_id].set_result(body)

    def _undelivered(self, correlation_id: str) -> None:
        if correlation_id in self._waiting:
            self._waiting[correlation_id].set_exception(ConnectionError("not served"))


def run() -> dict[str, Any]:
    """Calls a second and latencies of the three by concurrency; ratios are medians of the rounds' own."""
    programs = [Program(OURS, [sys.executable, "-m", "tests.bench.echo_chassis"])]
    programs += [
        Program(name, [sys.executable, "-m", "tests.bench.echo_nameko"]) for name in NAMES if name != OURS
    ]
    with LocalSystem.temporary(processes=[], programs=programs) as system:
        system.start_servers()
        system.migrate(["readings"])
        system.wait_ready(60, ["rabbitmq"])
        for program in programs:
            system.set_environment(program.name, _environment(program.name, system))
        system.start_services()
        return asyncio.run(_compare(system))


def _environment(name: str, system: LocalSystem) -> dict[str, str]:
    urls = system.urls
    return inherited() | {
        "SVET_ENV": "development",
        "SVET_BENCH_NAME": name,
        "SVET_BENCH_AMQP_URL": urls.broker_admin,
        "SVET_BENCH_DATABASE_URL": urls.databases["readings"],
    }


async def _compare(system: LocalSystem) -> dict[str, Any]:
    client = Client(system.urls.broker_admin)
    await client.open()
    for name in NAMES:
        await _until_served(client, name)
        await at_once(lambda _, name=name: client.call(name), 200, 20)  # type: ignore[misc]
    pids = {name: system.pid(name) for name in NAMES}
    measured: dict[int, Rounds] = {concurrency: {name: [] for name in NAMES} for concurrency in CALLS}
    cpu: dict[str, list[float]] = {name: [] for name in NAMES}
    for number in range(ROUNDS):
        for place in range(len(NAMES)):
            name = NAMES[(number + place) % len(NAMES)]
            before = cpu_seconds(pids[name])
            for concurrency, count in CALLS.items():
                took = await at_once(lambda _, name=name: client.call(name), count, concurrency)  # type: ignore[misc]
                measured[concurrency][name].append(took)
            cpu[name].append((cpu_seconds(pids[name]) - before) / sum(CALLS.values()) * 1000)
    client.close()
    return _told(measured, cpu)


def _told(measured: dict[int, Rounds], cpu: dict[str, list[float]]) -> dict[str, Any]:
    told: dict[str, Any] = {"rounds": ROUNDS, "required": AT_LEAST}
    for concurrency, rounds in measured.items():
        told[f"concurrency_{concurrency}"] = {
            **{name: median_of(rounds[name]) for name in NAMES},
            "chassis_to_bare": _ratio(rounds, BARE),
            "chassis_to_default": _ratio(rounds, DEFAULT),
        }
    told["cpu_ms_per_call"] = {name: round(statistics.median(cpu[name]), 3) for name in NAMES}
    told["passed"] = all(told[f"concurrency_{c}"]["chassis_to_bare"] >= AT_LEAST for c in CALLS)
    return told


def _ratio(rounds: Rounds, other: str) -> float:
    pairs = zip(rounds[OURS], rounds[other], strict=True)
    return round(statistics.median(ours.per_second / theirs.per_second for ours, theirs in pairs), 3)


async def _until_served(client: Client, name: str) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                await client.call(name)
            except (ConnectionError, TimeoutError):
                await asyncio.sleep(0.1)
            else:
                return
