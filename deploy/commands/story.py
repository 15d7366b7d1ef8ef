"""`demo`: one customer's whole story through HTTP, step by step."""

from typing import Annotated

import typer

from deploy.commands.screen import console
from deploy.local.errors import LocalError


def demo(
    gateway: Annotated[
        str | None, typer.Option(help="A running Svet elsewhere; needs --mailbox too.")
    ] = None,
    mailbox: Annotated[str | None, typer.Option(help="The mailbox its letters go to.")] = None,
) -> None:
    """Walk one customer's story and print each step; starts Svet first when it is not running."""
    from deploy.demo.story import run

    if (gateway is None) != (mailbox is None):
        raise LocalError("Give --gateway and --mailbox together, or neither.")
    if gateway and mailbox:
        raise typer.Exit(run(gateway, mailbox))
    raise typer.Exit(_at_home())


def _at_home() -> int:
    """Tell the story on this checkout's system; what we started, we stop."""
    from deploy.demo.story import run
    from deploy.local.bringing import bring_up, local_system, own_registry

    system = local_system()
    started = bring_up(system, accounts=300, console=console)
    try:
        return run(system.urls.gateway, system.urls.mailbox, own_registry(system))
    finally:
        if started:
            system.stop()


def register(app: typer.Typer) -> None:
    app.command()(demo)
