"""`./svet test --chaos SEED`: customers pay while a seeded schedule of faults goes on; then the books must agree."""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from rich.console import Console

from deploy.demo.visitor import Mailbox
from deploy.local.system import LocalSystem
from tests.chaos.load import Load
from tests.support.acquirer import Acquirer
from tests.support.customer import make_customer
from tests.support.loaded import loaded_households, loaded_system
from tests.support.reconcile import reconcile

VICTIMS = ("auth", "billing", "readings", "payments", "notify", "gateway", "rabbitmq", "postgres")
PAYERS = 5
console = Console(highlight=False, soft_wrap=True)


@dataclass(frozen=True)
class Fault:
    """At `at` seconds something happens to a process; `seconds` is how long it stays away or frozen."""

    at: float
    kind: str
    victim: str
    seconds: float

    def __str__(self) -> str:
        return f"{self.at:5.1f} s  {self.kind:6} {self.victim} {self.seconds:.1f} s"


def schedule(seed: int, length: float) -> Iterator[Fault]:
    """The faults of a run: the same for the same arguments."""
    chance = random.Random(seed)
    at = 3.0
    while at < length:
        seconds = chance.uniform(1, 6)
        yield Fault(at, chance.choice(("kill", "term", "freeze", "away")), chance.choice(VICTIMS), seconds)
        at += chance.uniform(4, 12)


def happen(fault: Fault, system: LocalSystem) -> None:
    """Do the fault and take it back; a killed or terminated process comes back by itself."""
    if system.pid(fault.victim) == 0:
        return
    if fault.kind == "kill":
        system.kill(fault.victim)
    elif fault.kind == "term":
        system.kill(fault.victim, signal.SIGTERM)
    elif fault.kind == "freeze":
        pid = system.kill(fault.victim, signal.SIGSTOP)
        time.sleep(fault.seconds)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
    else:
        system.stop_process(fault.victim)
        time.sleep(fault.seconds)
        system.start_process(fault.victim)


def main() -> int:
    """0 when every payment accepted is settled once in every source after the last fault."""
    parser = argparse.ArgumentParser(prog="./svet test --chaos", description=__doc__)
    parser.add_argument("seed", type=int)
    parser.add_argument("--seconds", type=float, default=90, help="how long faults go on")
    arguments = parser.parse_args()
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    console.print(f"seed {arguments.seed}, commit {commit.stdout.strip() or 'unknown'}")
    with tempfile.TemporaryDirectory() as folder, loaded_system(Path(folder) / "package") as system:
        return chaos(system, arguments.seed, arguments.seconds)


def chaos(system: LocalSystem, seed: int, seconds: float) -> int:
    """The run itself, on a loaded system."""
    mailbox, acquirer = Mailbox(system.urls.mailbox), Acquirer(system.urls.acquirer)
    households = loaded_households()
    payers = [make_customer(system.urls.gateway, mailbox, households.take(), "app") for _ in range(PAYERS)]
    load = Load(payers, acquirer)
    load.start()
    started = time.monotonic()
    for fault in schedule(seed, seconds):
        time.sleep(max(0.0, fault.at - (time.monotonic() - started)))
        console.print(str(fault))
        happen(fault, system)
    system.wait_ready(90)
    time.sleep(3)
    load.stop()
    console.print(f"payers saw {dict(load.outcomes)}")
    try:
        settled = reconcile(system, acquirer, payers, timeout=120)
    except AssertionError as error:
        console.print(f"[red]✗[/red] {error}", soft_wrap=True)
        tell_what_waits(system)
        return 1
    console.print(
        f"[green]✓[/green] {settled} payments, one to one in acquirer, payments, ledger and mailbox"
    )
    return 0


def tell_what_waits(system: LocalSystem) -> None:
    """Events that are still on their way or parked, by service: the first place to look."""
    for service, url in system.urls.databases.items():
        with psycopg.connect(url) as connection:
            outbox = connection.execute("SELECT event, leased_until, body ->> 'id' FROM outbox").fetchall()
            inbox = connection.execute(
                "SELECT handler, event_id, attempts, next_at, error FROM inbox WHERE state = 'pending'"
            ).fetchall()
            parked = connection.execute("SELECT kind, address, reason FROM parked").fetchall()
        console.print(f"{service}: outbox {outbox}, inbox {inbox}, parked {parked}", markup=False)


if __name__ == "__main__":
    sys.exit(main())
