"""Runs the mutations: `python -m tests.prove [NAME...]`; each must turn its tests red, for its own reason."""

import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

ROOT = Path(__file__).parents[2]
TIMEOUT_SECONDS = 240
console = Console(highlight=False, soft_wrap=True)


@dataclass(frozen=True)
class Mutation:
    """A protection taken away, and the tests that must notice."""

    name: str
    file: str
    find: str
    replace: str
    tests: list[str]
    reason: str


@dataclass(frozen=True)
class Run:
    """What pytest said."""

    code: int
    output: str

    def failed(self, test: str) -> bool:
        return re.search(rf"^FAILED {re.escape(test)}(?: - .*)?$", self.output, re.MULTILINE) is not None

    def assertions(self) -> str:
        """The lines in which pytest explains what was not as expected."""
        return "\n".join(line for line in self.output.splitlines() if line.startswith("E "))


def main(wanted: list[str]) -> int:
    """0 when the tests are green without mutations and red with each."""
    with (Path(__file__).parent / "mutations.toml").open("rb") as file:
        mutations = [Mutation(**entry) for entry in tomllib.load(file)["mutation"]]
    chosen = [mutation for mutation in mutations if not wanted or mutation.name in wanted]
    tests = sorted({test for mutation in chosen for test in mutation.tests})
    if not tests:
        console.print(f"There is no such mutation. Known: {', '.join(m.name for m in mutations)}.")
        return 2
    with console.status("The tests, nothing broken"):
        whole = run(ROOT, tests)
    if whole.code != 0:
        console.print(whole.output, markup=False)
        console.print("[red]✗[/red] The tests fail with nothing broken: they prove nothing.")
        return 1
    console.print(f"[green]✓[/green] {len(tests)} tests are green with nothing broken")
    return 1 if [mutation for mutation in chosen if not proven(mutation)] else 0


def proven(mutation: Mutation) -> bool:
    """Break a copy of the tree, run the tests there, and tell whether they noticed."""
    with tempfile.TemporaryDirectory(prefix="svet-prove-") as folder:
        tree = Path(folder) / "tree"
        copy_tree(tree)
        complaint = apply(mutation, tree / mutation.file)
        if complaint is None:
            with console.status(f"Without its protection: {mutation.name}"):
                complaint = verdict(mutation, run(tree, mutation.tests))
    mark, text = ("[red]✗[/red]", complaint) if complaint else ("[green]✓[/green]", "red, for its own reason")
    console.print(f"{mark} {mutation.name}: {text}")
    return complaint is None


def verdict(mutation: Mutation, seen: Run) -> str | None:
    """What is wrong with how the tests reacted; None when they did as they should."""
    green = [test for test in mutation.tests if not seen.failed(test)]
    if green:
        return f"not red: {', '.join(green)}\n{seen.output[-1500:]}"
    if not re.search(mutation.reason, seen.assertions()):
        return f"red, but not because of «{mutation.reason}»:\n{seen.assertions()[-1500:]}"
    return None


def apply(mutation: Mutation, file: Path) -> str | None:
    text = file.read_text()
    if text.count(mutation.find) != 1:
        return f"its text stands {text.count(mutation.find)} times in {mutation.file}: mend the mutation"
    file.write_text(text.replace(mutation.find, mutation.replace))
    return None


def copy_tree(target: Path) -> None:
    """What git tracks or would track, as it is in the working tree."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)


def run(tree: Path, tests: list[str]) -> Run:
    command = [sys.executable, "-m", "pytest", "-q", "-rf", "--tb=short", "-p", "no:cacheprovider", *tests]
    try:
        done = subprocess.run(
            command, cwd=tree, capture_output=True, text=True, timeout=TIMEOUT_SECONDS + 10 * len(tests)
        )
    except subprocess.TimeoutExpired as error:
        return Run(124, f"not finished within {error.timeout} s")
    return Run(done.returncode, done.stdout + done.stderr)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
