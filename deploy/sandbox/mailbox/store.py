"""The letters that came, newest last, in memory and bounded by number and by size."""

import re
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

from prometheus_client import Counter

from deploy.sandbox.bell import Bell

LETTERS = Counter("svet_sandbox_letters_total", "Letters the sandbox mailbox was offered", ["result"])


@dataclass(frozen=True)
class Attachment:
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """`recipients` are those of the SMTP envelope, the only ones that matter."""

    id: int
    at: datetime
    sender: str
    recipients: tuple[str, ...]
    message_id: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...]
    size: int


def parse(letter_id: int, sender: str, recipients: Sequence[str], raw: bytes) -> Letter:
    message = message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
    return Letter(
        id=letter_id,
        at=datetime.now(UTC),
        sender=sender,
        recipients=tuple(recipients),
        message_id=str(message.get("Message-ID", "")).strip(),
        subject=re.sub(r"\s+", " ", str(message.get("Subject", ""))).strip(),
        text=body(message, "plain"),
        html=body(message, "html"),
        attachments=tuple(attachment(part) for part in message.iter_attachments()),
        size=len(raw),
    )


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()).replace("\r\n", "\n") if part else ""


def attachment(part: EmailMessage) -> Attachment:
    content = part.get_payload(decode=True)
    return Attachment(
        part.get_filename() or "attachment",
        part.get_content_type(),
        content if isinstance(content, bytes) else b"",
    )


class Letters:
    def __init__(self, kept: int, kept_bytes: int) -> None:
        self.bell = Bell()
        self._kept = kept
        self._kept_bytes = kept_bytes
        self._letters: OrderedDict[int, Letter] = OrderedDict()
        self._bytes = 0
        self._last_id = 0

    def __iter__(self) -> Iterator[Letter]:
        return iter(self._letters.values())

    def __len__(self) -> int:
        return len(self._letters)

    def add(self, sender: str, recipients: Sequence[str], raw: bytes) -> Letter:
        self._last_id += 1
        letter = parse(self._last_id, sender, recipients, raw)
        self._letters[letter.id] = letter
        self._bytes += letter.size
        while len(self._letters) > self._kept or (self._bytes > self._kept_bytes and len(self._letters) > 1):
            _, oldest = self._letters.popitem(last=False)
            self._bytes -= oldest.size
        self.bell.ring()
        return letter

    def get(self, letter_id: int) -> Letter | None:
        return self._letters.get(letter_id)

    def find(self, to: str = "", subject: str = "", since_id: int = 0) -> list[Letter]:
        """Letters after `since_id` to this whole address whose subject holds the words; newest last."""
        return [
            letter
            for letter in self
            if letter.id > since_id
            and (not to or to.casefold() in (address.casefold() for address in letter.recipients))
            and subject.casefold() in letter.subject.casefold()
        ]

    def clear(self) -> None:
        """Ids go on counting, so that a reader's since_id stays good."""
        self._letters.clear()
        self._bytes = 0
