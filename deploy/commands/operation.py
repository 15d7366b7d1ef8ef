"""`bench`: measuring."""

import subprocess
import sys

import typer

from deploy.local.places import ROOT

# Everything after the command's name, --help included, belongs to the command's own module.
_PASSED_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


def bench(context: typer.Context) -> None:
    """Measure: bus, gateway, identity, registry; --json for machines."""
    command = [sys.executable, "-m", "tests.bench", *context.args]
    raise typer.Exit(subprocess.run(command, cwd=ROOT).returncode)


def register(app: typer.Typer) -> None:
    app.command(context_settings=_PASSED_ON)(bench)
