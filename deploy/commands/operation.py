"""`bench` and `shots`: measuring, and looking."""

import subprocess
import sys
from typing import NoReturn

import typer

from deploy.local.places import ROOT

# Everything after the command's name, --help included, belongs to the command's own module.
_PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


def bench(context: typer.Context) -> None:
    """Measure: bus, gateway, identity, registry, bills, billing, the client; --json for machines."""
    _run("tests.bench", context.args)


def shots(context: typer.Context) -> None:
    """Photograph every screen of the client, in both themes and both widths, on a system of its own."""
    _run("tests.screens", context.args)


def _run(module: str, arguments: list[str]) -> NoReturn:
    raise typer.Exit(subprocess.run([sys.executable, "-m", module, *arguments], cwd=ROOT).returncode)


def register(app: typer.Typer) -> None:
    for command in (bench, shots):
        app.command(context_settings=_PASSED_ON)(command)
