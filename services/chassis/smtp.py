"""Sending letters: an SMTP client that refuses inside a unit of work."""

import smtplib
from email.message import EmailMessage
from typing import Any, Protocol

from nameko.extensions import DependencyProvider

from services.chassis import guard


class MailSettings(Protocol):
    """The settings of a service that sends letters."""

    smtp_host: str
    smtp_port: int


class Smtp(DependencyProvider):  # type: ignore[misc]
    """`smtp = Smtp()`: sends one letter on a connection of its own, at most `timeout` seconds a step."""

    timeout = 15

    def get_dependency(self, worker_ctx: Any) -> "Smtp":
        return self

    def send(self, message: EmailMessage) -> None:
        """Send to the message's recipients. Raises smtplib.SMTPException or OSError; then nothing is known."""
        guard.refuse_inside_unit("SMTP")
        settings: MailSettings = self.container.config["settings"]
        with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=self.timeout) as connection:
            connection.send_message(message)
