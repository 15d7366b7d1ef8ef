"""`parked` and `bench`: looking after messages nobody could handle, and measuring."""

import subprocess
import sys

import typer

from deploy.local.places import ROOT

# Everything after the command's name, --help included, belongs to the command's own module.
_PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


def parked(context: typer.Context) -> None:
    """List, show and retry messages that could not be handled: parked list | show | retry."""
    from deploy.local.parked import app

    app(args=context.args, prog_name="./svet parked")


def bench(context: typer.Context) -> None:
    """Measure: bus, gateway, registry; --json for machines."""
    command = [sys.executable, "-m", "tests.bench", *context.args]
    raise typer.Exit(subprocess.run(command, cwd=ROOT).returncode)


def register(app: typer.Typer) -> None:
    for command in (parked, bench):
        app.command(context_settings=_PASSED_ON)(command)
