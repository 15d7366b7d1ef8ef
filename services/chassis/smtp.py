"""Sending letters: an SMTP client that refuses inside a unit of work."""

import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from typing import Any, Literal, Protocol

import eventlet
from nameko.extensions import DependencyProvider
from pydantic import SecretStr

from services.chassis import guard

_STEP_SECONDS = 10
_WHOLE_SECONDS = 30


class MailSettings(Protocol):
    """The settings of a service that sends letters."""

    smtp_host: str
    smtp_port: int
    smtp_security: Literal["none", "starttls", "tls"]
    smtp_user: str | None
    smtp_password: SecretStr | None


class Smtp(DependencyProvider):  # type: ignore[misc]
    """`smtp = Smtp()`: sends one letter on a connection of its own, at most 10 s a step and 30 s in all."""

    def get_dependency(self, worker_ctx: Any) -> "Smtp":
        return self

    def send(self, message: EmailMessage) -> None:
        """Send to the message's recipients. Raises smtplib.SMTPException or OSError; then nothing is known."""
        guard.refuse_inside_unit("SMTP")
        settings: MailSettings = self.container.config["settings"]
        with eventlet.Timeout(_WHOLE_SECONDS, TimeoutError("the mail server is too slow")):
            connection = _connected(settings)
            try:
                if settings.smtp_security == "starttls":
                    connection.starttls(context=ssl.create_default_context())
                if settings.smtp_user and settings.smtp_password:
                    connection.login(settings.smtp_user, settings.smtp_password.get_secret_value())
                connection.send_message(message)
                # The letter is taken by now: a parting that goes wrong must not look like a refusal.
                with suppress(smtplib.SMTPException, OSError):
                    connection.quit()
            finally:
                connection.close()


def _connected(settings: MailSettings) -> smtplib.SMTP:
    if settings.smtp_security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(
            settings.smtp_host, settings.smtp_port, timeout=_STEP_SECONDS, context=context
        )
    return smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=_STEP_SECONDS)
