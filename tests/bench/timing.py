"""Running work at a concurrency and saying how long it took."""

import asyncio
import contextlib
import math
import os
import statistics
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Timing:
    """One round: how many a second, and the durations of each in milliseconds."""

    per_second: float
    p50: float
    p99: float
    longest: float


def timing(durations: Sequence[float], took: float) -> Timing:
    """From seconds of each call and of the whole round."""
    ordered = sorted(durations)
    p99 = ordered[math.ceil(len(ordered) * 0.99) - 1]
    return Timing(len(ordered) / took, statistics.median(ordered) * 1000, p99 * 1000, ordered[-1] * 1000)


async def at_once(work: Callable[[int], Awaitable[object]], count: int, concurrency: int) -> Timing:
    """Call `work(0)` ... `work(count - 1)`, so many at a time."""
    numbers, durations = iter(range(count)), []

    async def worker() -> None:
        for number in numbers:
            began = time.perf_counter()
            await work(number)
            durations.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(concurrency)))
    return timing(durations, time.perf_counter() - began)


async def at_rate(work: Callable[[int], Awaitable[object]], count: int, rate: float) -> Timing:
    """Call `work(0)` ... `work(count - 1)`, so many a second, however long the others take.

    Each is timed from when it was due, so that a stall is counted for all that it delays.
    """
    began = time.perf_counter()

    async def one(number: int) -> float:
        due = began + number / rate
        await asyncio.sleep(due - time.perf_counter())
        await work(number)
        return time.perf_counter() - due

    durations = await asyncio.gather(*(one(number) for number in range(count)))
    return timing(durations, time.perf_counter() - began)


def median_of(rounds: Iterable[Timing]) -> dict[str, float]:
    """The medians of rounds; the longest call is the longest of all."""
    rounds = list(rounds)
    return {
        "per_second": round(statistics.median(r.per_second for r in rounds), 1),
        "p50_ms": round(statistics.median(r.p50 for r in rounds), 2),
        "p99_ms": round(statistics.median(r.p99 for r in rounds), 2),
        "max_ms": round(max(r.longest for r in rounds), 2),
    }


def cpu_seconds(pid: int) -> float:
    """Processor time that a process has used by now: what its work costs however busy the machine is."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def family_cpu_seconds(pid: int) -> float:
    """Processor time that a process, its descendants, and those of them that have ended, have used by now."""
    fields: dict[int, list[str]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        # A process may end while it is looked at.
        with contextlib.suppress(OSError):
            fields[int(folder.name)] = (folder / "stat").read_text().rpartition(")")[2].split()
    family = {pid}
    while more := {child for child, stat in fields.items() if int(stat[1]) in family} - family:
        family |= more
    ticks = sum(int(tick) for member in family & set(fields) for tick in fields[member][11:15])
    return ticks / os.sysconf("SC_CLK_TCK")
