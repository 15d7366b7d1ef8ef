"""`test` and `lint`: what gates a change."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from deploy.client import build as client
from deploy.local.packages import find_bill_readers, find_binaries, find_browser, find_prometheus
from deploy.local.places import ROOT

_ALL = ["-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]
"""All tests run in three processes, each with a system of its own: most of the time a test waits. In the order of
their folders the long files come first and those of `unit` last, so that the three end together."""
_LINT = (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"])


def run_tests(
    context: typer.Context,
    prove: Annotated[bool, typer.Option("--prove", help="Break each protection; tests must go red.")] = False,
    chaos: Annotated[int | None, typer.Option(metavar="SEED", help="The fault run of this seed.")] = None,
) -> None:
    """Run everything that gates a change; further arguments go to pytest (and then only pytest runs)."""
    environment = dict(os.environ)
    # Beside the building and the tests: most of the time those wait.
    linting = None if context.args or prove or chaos is not None else _start_lint()
    if prove or chaos is not None or not only_unit_tests(context.args):
        environment |= _programs()
    if prove:
        raise typer.Exit(_run(["tests.prove", *context.args], environment))
    if chaos is not None:
        raise typer.Exit(_run(["tests.chaos", str(chaos), *context.args], environment))
    failed = _run(["pytest", *(context.args or _ALL)], environment) != 0
    lint_failed = linting is not None and not _lint_passed(linting)
    raise typer.Exit(1 if failed or lint_failed else 0)


def only_unit_tests(arguments: list[str]) -> bool:
    """Whether pytest is asked for unit tests alone: those start no program, so none has to be installed."""
    asked = [argument for argument in arguments if (ROOT / argument.partition("::")[0]).exists()]
    return bool(asked) and all(Path(argument).parts[:2] == ("tests", "unit") for argument in asked)


def _programs() -> dict[str, str]:
    """The client, built; servers, browser, Prometheus and readers of bills, installed when missing; where the browser
    and Prometheus are."""
    client.build()
    find_binaries()
    find_bill_readers()
    found = {"SVET_BROWSER": find_browser(), "SVET_PROMETHEUS": find_prometheus()}
    return {name: str(place) for name, place in found.items() if place}


def lint() -> None:
    """Check style and types with ruff and mypy."""
    raise typer.Exit(0 if _lint_passes() else 1)


def _start_lint() -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "deploy.cli", "lint"]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def _lint_passed(linting: "subprocess.Popen[str]") -> bool:
    said, _ = linting.communicate()
    print(said, end="", flush=True)
    return linting.returncode == 0


def _lint_passes() -> bool:
    # A list, not a generator: one complaint must not hide the next tool's.
    return not any([_run(command, dict(os.environ)) for command in _LINT])


def _run(module: list[str], environment: dict[str, str]) -> int:
    sys.stdout.flush()
    return subprocess.run([sys.executable, "-m", *module], cwd=ROOT, env=environment).returncode


def register(app: typer.Typer) -> None:
    app.command("test", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(
        run_tests
    )
    app.command()(lint)
