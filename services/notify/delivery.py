"""One letter's way out: open, render, address, hand to the mail server, and read what the server said."""

import logging
import smtplib
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Protocol, cast

from services.common.russian import date_time
from services.contracts.letters import LETTER_PARAMS, SEALS, ReceiptParams, Template
from services.notify import rendering
from services.notify.domain.letters import Outcome
from services.notify.models import Letter
from services.notify.rendering import Retailer
from services.notify.sealing import open_seal
from services.notify.settings import Settings

log = logging.getLogger(__name__)


class Mail(Protocol):
    """What sends: services/chassis/smtp.py."""

    def send(self, message: EmailMessage) -> None: ...


@dataclass(frozen=True)
class Answer:
    """What came of an attempt; the code when the mail server gave one."""

    outcome: Outcome
    smtp_code: int | None = None


def hand_over(letter: Letter, mail: Mail, settings: Settings, now: datetime) -> Answer:
    """Write the letter and give it to the mail server. A letter that cannot be written is an answer too."""
    try:
        message = write(letter, settings, now)
    except Exception as error:  # noqa: BLE001 - pydantic, NaCl, Jinja2, email: none gets better by trying again
        # The type alone: the messages hold what the letter says.
        log.error("a letter cannot be written", extra={"letter": letter.id, "error": type(error).__name__})
        return Answer("unwritable")
    try:
        mail.send(message)
    except (smtplib.SMTPException, OSError, UnicodeError) as error:
        return answer_to(error)
    return Answer("sent", 250)


def answer_to(error: Exception) -> Answer:
    """What a refusal means.

    5xx about the sender, the recipient or the text is final. A server that is away, or refuses us at the
    door, or breaks off, is temporary: the letter is not to blame.
    """
    code: int | None = None
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next(iter(error.recipients.values()))[0]
    elif isinstance(error, smtplib.SMTPResponseException):
        code = error.smtp_code
    at_the_door = isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPHeloError)
    if isinstance(error, smtplib.SMTPNotSupportedError | UnicodeError):
        return Answer("refused")
    if code is not None and 500 <= code < 600 and not at_the_door:
        return Answer("refused", code)
    return Answer("temporary", code)


def write(letter: Letter, settings: Settings, now: datetime) -> EmailMessage:
    """The letter as a message. Raises something when its params, seal or address do not fit."""
    text = _text(letter, settings)
    message = EmailMessage()
    message["From"] = Address(settings.retailer_name, addr_spec=settings.sender)
    message["To"] = Address(addr_spec=letter.recipient or "")
    message["Subject"] = text.subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "ru"
    message.set_content(text.plain)
    message.add_alternative(text.html, subtype="html")
    return message


def _text(letter: Letter, settings: Settings) -> rendering.Text:
    retailer = Retailer(
        settings.retailer_name, settings.retailer_phone, settings.retailer_email, settings.retailer_address
    )
    if letter.template == "receipt":
        return rendering.receipt(retailer, ReceiptParams.model_validate(letter.params))
    if letter.template not in LETTER_PARAMS:
        raise ValueError(f"no template {letter.template!r}")
    template = cast(Template, letter.template)
    if template not in SEALS:
        return rendering.plain_letter(template, retailer, letter.params)
    if letter.sealed is None or letter.expires_at is None:
        raise ValueError(f"{template} needs a seal and an expiry")
    opened = open_seal(settings.private_key.get_secret_value(), letter.sealed)
    seal = SEALS[template].model_validate_json(opened)
    return rendering.plain_letter(template, retailer, letter.params, seal, date_time(letter.expires_at))
