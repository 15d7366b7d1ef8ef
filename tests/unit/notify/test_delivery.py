"""A letter as a message, and what the mail server's answers mean."""

import smtplib
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from uuid import uuid4

import pytest
from nacl.public import PrivateKey, SealedBox

from services.contracts.letters import LinkAndCode
from services.notify.delivery import Answer, answer_to, hand_over
from services.notify.models import Letter
from services.notify.settings import Settings

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
KEY = PrivateKey.generate()


class Post:
    """A mail server that takes every letter, or answers with the given error."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.taken: list[EmailMessage] = []

    def send(self, message: EmailMessage) -> None:
        if self.error:
            raise self.error
        self.taken.append(message)


@pytest.fixture
def settings() -> Settings:
    return Settings.model_validate(
        {
            "SVET_ENV": "test",
            "database_url": "postgresql://unused",
            "amqp_url": "amqp://unused",
            "smtp_host": "unused",
            "smtp_port": 25,
            "private_key": b64encode(bytes(KEY)).decode(),
        }
    )


def letter(**changes: object) -> Letter:
    seal = LinkAndCode(link="https://svet.test/activate?token=t0ken", code="042917")
    sealed = SealedBox(KEY.public_key).encrypt(seal.model_dump_json().encode())
    facts: dict[str, object] = {
        "id": uuid4(),
        "template": "activation",
        "recipient": "anna@example.ru",
        "params": {"account": "180211111"},
        "sealed": b64encode(sealed).decode(),
        "expires_at": NOW + timedelta(minutes=30),
        "message_id": "<letter-1@ksk.kaluga.ru>",
    }
    return Letter(**facts | changes)


def test_the_sealed_code_and_link_reach_the_person(settings: Settings) -> None:
    post = Post()
    assert hand_over(letter(), post, settings, NOW) == Answer("sent", 250)
    [message] = post.taken
    plain, html = (part.get_content() for part in message.iter_parts())
    assert "042917" in plain
    assert "https://svet.test/activate?token=t0ken" in plain
    assert "042917" in html
    assert "22.11.2026 12:30" in plain
    assert message["To"] == "anna@example.ru"
    assert "ПАО «Калужская сбытовая компания»" in message["From"]
    assert message["Auto-Submitted"] == "auto-generated"


def test_every_attempt_has_the_same_message_id(settings: Settings) -> None:
    post, one = Post(), letter()
    hand_over(one, post, settings, NOW)
    hand_over(one, post, settings, NOW + timedelta(hours=1))
    assert {message["Message-ID"] for message in post.taken} == {"<letter-1@ksk.kaluga.ru>"}


@pytest.mark.parametrize(
    "changes",
    [
        {"sealed": "not base64!"},
        {"sealed": b64encode(b"sealed to somebody else, and long enough for a box").decode()},
        {"sealed": None},
        {"expires_at": None},
        {"template": "receipt", "params": {"amount": "1,00 ₽"}},
        {"params": {}},
        {"template": "password_changed", "params": {"account": "180211111", "at": "22.11.2026 12:00"}},
        {"template": "account_linked", "params": {"account": "180211111"}},
        {"template": "recovery", "sealed": None},
        {"template": "email_change", "expires_at": None},
        {"template": "unheard-of"},
        {"recipient": "anna@example.ru\r\nBcc: all@example.ru"},
        {"recipient": ""},
    ],
)
def test_a_letter_that_cannot_be_written_is_never_sent(
    settings: Settings, changes: dict[str, object]
) -> None:
    post = Post()
    assert hand_over(letter(**changes), post, settings, NOW) == Answer("unwritable")
    assert post.taken == []


def test_an_unsealed_notice_reaches_the_person(settings: Settings) -> None:
    post = Post()
    notice = letter(
        template="password_changed",
        params={"account": "180211111", "at": "22.11.2026 12:00", "how": "changed"},
        sealed=None,
        expires_at=None,
    )
    assert hand_over(notice, post, settings, NOW) == Answer("sent", 250)
    [message] = post.taken
    assert message["Subject"] == "Пароль изменён"
    for part in message.iter_parts():
        assert "22.11.2026 12:00" in part.get_content()


REFUSED = smtplib.SMTPRecipientsRefused({"anna@example.ru": (550, b"no such mailbox")})
LATER = smtplib.SMTPRecipientsRefused({"anna@example.ru": (451, b"try later")})


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (REFUSED, Answer("refused", 550)),
        (LATER, Answer("temporary", 451)),
        (smtplib.SMTPDataError(554, b"spam"), Answer("refused", 554)),
        (smtplib.SMTPDataError(452, b"disk full"), Answer("temporary", 452)),
        (smtplib.SMTPSenderRefused(553, b"who are you", "svet"), Answer("refused", 553)),
        (smtplib.SMTPConnectError(554, b"no service"), Answer("temporary", 554)),
        (smtplib.SMTPServerDisconnected("gone"), Answer("temporary")),
        (smtplib.SMTPNotSupportedError("no SMTPUTF8"), Answer("refused")),
        (ConnectionRefusedError(), Answer("temporary")),
        (TimeoutError(), Answer("temporary")),
    ],
)
def test_what_an_answer_of_the_mail_server_means(
    settings: Settings, error: Exception, answer: Answer
) -> None:
    assert answer_to(error) == answer
    assert hand_over(letter(), Post(error), settings, NOW) == answer
