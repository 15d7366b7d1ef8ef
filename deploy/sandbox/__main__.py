"""`python -m deploy.sandbox`: the acquirer, the mailbox and its SMTP server in one process."""

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Generator

import uvicorn
from fastapi import FastAPI
from pydantic import ValidationError

from deploy.sandbox.acquirer.app import acquirer_app, open_desk
from deploy.sandbox.mailbox.refusals import Refusals
from deploy.sandbox.mailbox.smtp import start_smtp
from deploy.sandbox.mailbox.store import Letters
from deploy.sandbox.mailbox.web import mailbox_app
from deploy.sandbox.settings import SandboxSettings
from services.common import logs

log = logging.getLogger("deploy.sandbox")


class Server(uvicorn.Server):
    """Two servers share the process, so the signals belong to `serve` below, not to either of them."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def server(app: FastAPI, host: str, port: int) -> Server:
    return Server(
        uvicorn.Config(
            app, host=host, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=2
        )
    )


async def serve(settings: SandboxSettings) -> None:
    letters, refusals = Letters(settings.letters_kept, settings.letters_kept_bytes), Refusals()
    servers = [
        server(acquirer_app(open_desk(settings)), settings.host, settings.acquirer_port),
        server(mailbox_app(letters, refusals), settings.host, settings.mailbox_port),
    ]

    def stop() -> None:
        for each in servers:
            each.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    smtp = await start_smtp(letters, refusals, settings.host, settings.smtp_port)
    log.info(
        "sandbox: acquirer %s, mailbox %s, smtp %s",
        settings.acquirer_port,
        settings.mailbox_port,
        settings.smtp_port,
    )
    try:
        await asyncio.gather(*(each.serve() for each in servers))
    finally:
        smtp.close()


def main() -> int:
    try:
        settings = SandboxSettings()
    except ValidationError as error:
        print("\n".join(detail["msg"] for detail in error.errors()), file=sys.stderr)
        return 2
    logs.configure("sandbox", settings.log_level)
    # aiosmtpd writes addresses and commands: personal data has no place in a log.
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    asyncio.run(serve(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
