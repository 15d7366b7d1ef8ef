"""`./svet`: every command of the command line, registered by its room."""

import os
import sys

import typer

from deploy.commands import (
    audit,
    bill,
    closing,
    explain,
    feed,
    houses,
    meters,
    operation,
    parked,
    registry,
    running,
    staff,
    story,
    tariffs,
    tests,
)
from deploy.local.errors import LocalError

app = typer.Typer(
    name="svet",
    help="Svet, the self-service portal of an electricity retailer: run it, try it, test it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for room in (
    running,
    story,
    registry,
    tariffs,
    houses,
    closing,
    bill,
    explain,
    feed,
    meters,
    parked,
    audit,
    staff,
    operation,
    tests,
):
    room.register(app)


def main() -> None:
    """Run a command where it was called; a known error is told in words, without a traceback."""
    os.chdir(os.environ.get("SVET_CALLED_FROM", "."))
    try:
        app(prog_name="./svet")
    except LocalError as error:
        sys.exit(f"svet: {error}")
    except PermissionError as error:
        sys.exit(
            f"svet: {error.strerror}: {error.filename}. "
            "If this checkout was made or started by another user, use a clone of your own."
        )


if __name__ == "__main__":
    main()
