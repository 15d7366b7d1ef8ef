"""A pytest plugin: each mutation in turn under one running system, whose processes are restarted with it.

The tests are first run with nothing broken, then again for every mutation that names them. What was seen goes, a JSON
line for each run of a test, to the file named by SVET_PROVE_SEEN; SVET_PROVE_NAMES are the mutations' names.
A test here must make its own people: a customer of the whole run has an access token that ends before the run does.
"""

import json
import os
from collections import deque
from pathlib import Path
from typing import Any, cast

import pytest
from _pytest.runner import runtestprotocol

from tests.prove.mutation import Mutation, read_mutations

TREE = Path(__file__).parents[2]


class Live:
    """Breaks this tree, restarts what it broke, writes down how the tests took it."""

    def __init__(self, mutations: list[Mutation], seen: Path) -> None:
        self.mutations = mutations
        self.seen = seen
        self.plan: deque[Mutation | None] = deque()
        self.system: Any = None
        self.broken: Mutation | None = None
        self.whole = ""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        by_id = {item.nodeid: item for item in items}
        runs: list[tuple[Mutation | None, pytest.Item]] = [(None, item) for item in items]
        runs += [(mutation, by_id[test]) for mutation in self.mutations for test in mutation.tests]
        self.plan.extend(mutation for mutation, _ in runs)
        items[:] = [item for _, item in runs]

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Any:
        made = yield
        if fixturedef.argname == "system":
            self.system = made
        return made

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        mutation = self.plan.popleft()
        if mutation != self.broken:
            self.become(mutation)
        # The same test again: pytest would keep its fixtures for itself, its module keeps only the wider ones.
        after = cast(pytest.Item, item.parent) if nextitem is item else nextitem
        reports = runtestprotocol(item, nextitem=after, log=False)
        failed = [report for report in reports if report.failed]
        told = {
            "mutation": mutation.name if mutation else None,
            "test": item.nodeid,
            "failed": bool(failed),
            "text": "\n".join(report.longreprtext for report in failed),
        }
        with self.seen.open("a") as file:
            file.write(json.dumps(told) + "\n")
        if mutation is None and failed:
            pytest.exit("The tests fail with nothing broken", returncode=1)
        return True

    def become(self, mutation: Mutation | None) -> None:
        """Mend what was broken, break what is next, and wait until the processes run that code."""
        services = {one.service for one in (self.broken, mutation) if one}
        if self.broken:
            (TREE / self.broken.file).write_text(self.whole)
        if mutation:
            self.whole = (TREE / mutation.file).read_text()
            if complaint := mutation.apply(TREE):
                raise RuntimeError(complaint)
        self.broken = mutation
        processes = [process for process, name in self.system.instances.items() if name in services]
        for process in processes:
            self.system.restart(process)
        self.system.wait_ready(90, processes)


def pytest_configure(config: pytest.Config) -> None:
    names = json.loads(os.environ["SVET_PROVE_NAMES"])
    chosen = [mutation for mutation in read_mutations() if mutation.name in names]
    chosen.sort(key=lambda mutation: mutation.service or "")
    config.pluginmanager.register(Live(chosen, Path(os.environ["SVET_PROVE_SEEN"])))
