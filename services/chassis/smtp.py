"""Sending letters: an SMTP client that refuses inside a unit of work."""

import smtplib
from contextlib import suppress
from email.message import EmailMessage
from typing import Any, Protocol

import eventlet
from nameko.extensions import DependencyProvider

from services.chassis import guard

_STEP_SECONDS = 10
_WHOLE_SECONDS = 30


class MailSettings(Protocol):
    """The settings of a service that sends letters."""

    smtp_host: str
    smtp_port: int


class Smtp(DependencyProvider):  # type: ignore[misc]
    """`smtp = Smtp()`: sends one letter on a connection of its own, at most 10 s a step and 30 s in all."""

    def get_dependency(self, worker_ctx: Any) -> "Smtp":
        return self

    def send(self, message: EmailMessage) -> None:
        """Send to the message's recipients. Raises smtplib.SMTPException or OSError; then nothing is known."""
        guard.refuse_inside_unit("SMTP")
        settings: MailSettings = self.container.config["settings"]
        with eventlet.Timeout(_WHOLE_SECONDS, TimeoutError("the mail server is too slow")):
            connection = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=_STEP_SECONDS)
            try:
                connection.send_message(message)
                # The letter is taken by now: a parting that goes wrong must not look like a refusal.
                with suppress(smtplib.SMTPException, OSError):
                    connection.quit()
            finally:
                connection.close()
