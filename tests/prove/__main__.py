"""Runs the mutations: `python -m tests.prove [NAME...]`; each must turn its tests red, for its own reason.

Most are met by one running system, whose processes are restarted with each (tests/prove/live.py); those that
a restart would not bring to the tests get a copy of the tree and a run of pytest of their own.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from tests.prove.mutation import Mutation, read_mutations

ROOT = Path(__file__).parents[2]
START_SECONDS, TEST_SECONDS = 240, 40
console = Console(highlight=False, soft_wrap=True)
PYTEST = [sys.executable, "-m", "pytest", "-q", "-rf", "--tb=short", "-p", "no:cacheprovider"]


@dataclass
class Seen:
    """How tests took a mutation: what each that failed said."""

    failed: dict[str, str] = field(default_factory=dict)
    output: str = ""
    code: int = 0

    def verdict(self, mutation: Mutation) -> str | None:
        """What is wrong with how the tests reacted; None when they did as they should."""
        green = [test for test in mutation.tests if test not in self.failed]
        if green:
            return f"not red: {', '.join(green)}\n{self.output[-1500:]}"
        for test in mutation.tests:
            said = _assertions(self.failed[test])
            if not re.search(mutation.reason, said):
                return f"{test} is red, but not because of «{mutation.reason}»:\n{said[-1500:]}"
        return None


def main(wanted: list[str]) -> int:
    """0 when the tests are green without mutations and red with each."""
    mutations = read_mutations()
    chosen = [mutation for mutation in mutations if not wanted or mutation.name in wanted]
    if not chosen:
        console.print(f"There is no such mutation. Known: {', '.join(m.name for m in mutations)}.")
        return 2
    with copied_tree() as tree:
        complaints = {mutation.name: _of_the_text(mutation, tree) for mutation in chosen}
    fit = [mutation for mutation in chosen if complaints[mutation.name] is None]
    apart = [mutation for mutation in fit if not mutation.live]
    together = [mutation for mutation in fit if mutation.live]
    if not (_green(apart) and (not together or _all_live(together, complaints))):
        return 1
    for mutation in apart:
        with copied_tree() as tree, console.status(f"Without its protection: {mutation.name}"):
            mutation.apply(tree)
            complaints[mutation.name] = run(tree, mutation.tests).verdict(mutation)
    for name, complaint in complaints.items():
        mark = "[red]✗[/red]" if complaint else "[green]✓[/green]"
        console.print(f"{mark} {name}: ", end="")
        console.print(complaint or "red, for its own reason", markup=False)
    return 1 if any(complaints.values()) else 0


def _of_the_text(mutation: Mutation, tree: Path) -> str | None:
    """What is wrong with a mutation's text; the tree is whole again afterwards."""
    whole = (tree / mutation.file).read_text()
    complaint = mutation.apply(tree)
    (tree / mutation.file).write_text(whole)
    return complaint


def _green(apart: Sequence[Mutation]) -> bool:
    """Whether the tests of these are green with nothing broken."""
    tests = sorted({test for mutation in apart for test in mutation.tests})
    if not tests:
        return True
    with console.status("The tests that run apart, nothing broken"):
        whole = run(ROOT, tests)
    return _told_green(tests, whole.code == 0, whole.output)


def _all_live(mutations: Sequence[Mutation], complaints: dict[str, str | None]) -> bool:
    """Meet the mutations by one system; their verdicts go to `complaints`. False: not green with nothing broken."""
    tests = sorted({test for mutation in mutations for test in mutation.tests})
    runs = len(tests) + sum(len(mutation.tests) for mutation in mutations)
    names = [mutation.name for mutation in mutations]
    with copied_tree() as tree, console.status(f"One system meets {len(names)} mutations"):
        file = tree.parent / "seen"
        file.touch()
        told = {"SVET_PROVE_NAMES": json.dumps(names), "SVET_PROVE_SEEN": str(file)}
        _, output = _pytest(tree, ["-p", "tests.prove.live", *tests], runs, told)
        rows = [json.loads(line) for line in file.read_text().splitlines()]
    seen = {name: Seen(output=output) for name in names}
    whole = [row for row in rows if row["mutation"] is None]
    green = len(whole) == len(tests) and not any(row["failed"] for row in whole)
    if not _told_green(tests, green, "\n".join([output, *(row["text"] for row in whole)])):
        return False
    for row in rows:
        if row["mutation"] and row["failed"]:
            seen[row["mutation"]].failed[row["test"]] = row["text"]
    complaints |= {mutation.name: seen[mutation.name].verdict(mutation) for mutation in mutations}
    return True


def _told_green(tests: Sequence[str], green: bool, output: str) -> bool:
    if green:
        console.print(f"[green]✓[/green] {len(tests)} tests are green with nothing broken")
    else:
        console.print(output, markup=False)
        console.print("[red]✗[/red] The tests fail with nothing broken: they prove nothing.")
    return green


@contextmanager
def copied_tree() -> Iterator[Path]:
    """What git tracks or would track, as it is in the working tree."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    with tempfile.TemporaryDirectory(prefix="svet-prove-") as folder:
        tree = Path(folder) / "tree"
        for name in listed.stdout.splitlines():
            if (ROOT / name).is_file():
                (tree / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, tree / name)
        yield tree


def run(tree: Path, tests: Sequence[str]) -> Seen:
    """The tests by a pytest of their own."""
    code, output = _pytest(tree, tests, len(tests))
    failed = [t for t in tests if re.search(rf"^FAILED {re.escape(t)}(?: - .*)?$", output, re.MULTILINE)]
    return Seen(dict.fromkeys(failed, output), output, code)


def _pytest(
    tree: Path, arguments: Sequence[str], runs: int, told: Mapping[str, str] | None = None
) -> tuple[int, str]:
    limit = START_SECONDS + TEST_SECONDS * runs
    try:
        done = subprocess.run(
            [*PYTEST, *arguments],
            cwd=tree,
            env=os.environ | dict(told or {}),
            capture_output=True,
            text=True,
            timeout=limit,
        )
    except subprocess.TimeoutExpired:
        return 124, f"not finished within {limit} s"
    return done.returncode, done.stdout + done.stderr


def _assertions(said: str) -> str:
    """The lines in which pytest explains what was not as expected."""
    return "\n".join(line for line in said.splitlines() if line.startswith("E "))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
