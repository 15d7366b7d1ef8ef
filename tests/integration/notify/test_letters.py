"""Letters asked for by event reach the person whatever the mail server does, and leave nothing of what they said."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from nacl.public import PrivateKey, SealedBox

from deploy.demo.visitor import Mailbox, eventually
from services.contracts.letters import LetterWanted, LinkAndCode, ReceiptParams
from services.notify.settings import Settings

RECEIPT = ReceiptParams(
    amount="1,00 ₽", paid_at="22.11.2026 10:15", payment_id="p-1", account="180211111", address="Калуга"
)


@dataclass(frozen=True)
class Post:
    """Asks for letters as auth and payments do, and reads what notify keeps of them."""

    connect: Callable[[str], "psycopg.Connection[Any]"]
    mailbox: Mailbox

    def ask(self, wanted: LetterWanted, source: str) -> None:
        """The event in the source's outbox: its relay takes it from there."""
        event = uuid4()
        body = {
            "id": str(event),
            "type": "letter.wanted",
            "source": source,
            "occurred_at": datetime.now(UTC).isoformat(),
            "payload": wanted.model_dump(mode="json"),
        }
        self.connect(source).execute(
            "INSERT INTO outbox (id, event, body, traceparent) VALUES (%s, 'letter.wanted', %s, '')",
            (event, json.dumps(body)),
        )

    def refuse(self, recipient: str, mode: str, **more: Any) -> None:
        """The mail server's misbehaviour towards one recipient."""
        body = {"mode": mode, "to": recipient, **more}
        self.mailbox.http.post("/sandbox/refusals", json=body).raise_for_status()

    def ended(self, letter: UUID, timeout: float = 20) -> dict[str, Any]:
        """What is kept of a letter once it is sent, failed or expired."""
        connection = self.connect("notify")
        connection.row_factory = psycopg.rows.dict_row

        def look() -> dict[str, Any] | None:
            return connection.execute(
                "SELECT * FROM letters WHERE id = %s AND state IN ('sent', 'failed', 'expired')", (letter,)
            ).fetchone()

        return eventually(look, f"letter {letter} is done", timeout)

    def deliveries(self, letter: UUID) -> list[tuple[str, int | None]]:
        rows = self.connect("notify").execute(
            "SELECT outcome, smtp_code FROM deliveries WHERE letter_id = %s ORDER BY attempt", (letter,)
        )
        return [(outcome, code) for outcome, code in rows]


@pytest.fixture
def post(database: Callable[[str], "psycopg.Connection[Any]"], mailbox: Mailbox) -> Post:
    return Post(database, mailbox)


def receipt() -> LetterWanted:
    letter = uuid4()
    return LetterWanted(
        letter_id=letter,
        template="receipt",
        recipient=f"{letter.hex}@example.ru",
        params=RECEIPT.model_dump(),
    )


def activation(valid_for: timedelta) -> LetterWanted:
    key = Settings.model_fields["private_key"].default.get_secret_value()
    box = SealedBox(PrivateKey(b64decode(key)).public_key)
    seal = LinkAndCode(link="https://svet.test/activate?token=abc", code="042917")
    letter = uuid4()
    return LetterWanted(
        letter_id=letter,
        template="activation",
        recipient=f"{letter.hex}@example.ru",
        params={"account": "180211111"},
        sealed=b64encode(box.encrypt(seal.model_dump_json().encode())).decode(),
        expires_at=datetime.now(UTC) + valid_for,
    )


def erased(kept: dict[str, Any]) -> bool:
    return (kept["recipient"], kept["params"], kept["sealed"]) == (None, {}, None)


def test_a_letter_asked_for_many_times_is_sent_once_and_its_content_erased(post: Post) -> None:
    wanted, last = activation(timedelta(minutes=5)), receipt()
    for _ in range(3):
        post.ask(wanted, "auth")
    letter = post.mailbox.wait_letter(to=wanted.recipient, subject="Активация личного кабинета")
    assert "042917" in letter["text"]
    assert "https://svet.test/activate?token=abc" in letter["html"]
    assert str(wanted.letter_id) in letter["message_id"]
    kept = post.ended(wanted.letter_id)
    assert kept["state"] == "sent"
    assert erased(kept)
    assert post.deliveries(wanted.letter_id) == [("sent", 250)]

    post.ask(wanted, "auth")
    post.ask(last, "auth")
    post.ended(last.letter_id)
    assert len(post.mailbox.letters(to=wanted.recipient)) == 1


def test_a_letter_refused_for_now_comes_later_under_the_same_message_id(post: Post) -> None:
    wanted = receipt()
    post.refuse(wanted.recipient, "temporary", times=1)
    post.ask(wanted, "payments")
    letter = post.mailbox.wait_letter(to=wanted.recipient, subject="Квитанция об оплате электроэнергии")
    assert "1,00 ₽" in letter["text"]
    assert erased(post.ended(wanted.letter_id))
    assert post.deliveries(wanted.letter_id) == [("temporary", 451), ("sent", 250)]


def test_a_letter_that_the_server_kept_while_saying_no_is_recognisable_as_the_same(post: Post) -> None:
    wanted = receipt()
    post.refuse(wanted.recipient, "lost", times=1)
    post.ask(wanted, "payments")
    assert post.ended(wanted.letter_id)["state"] == "sent"
    letters = post.mailbox.letters(to=wanted.recipient)
    assert len(letters) == 2
    assert len({letter["message_id"] for letter in letters}) == 1


def test_a_mailbox_that_does_not_exist_is_asked_once(post: Post) -> None:
    wanted = receipt()
    post.refuse(wanted.recipient, "refused")
    post.ask(wanted, "payments")
    kept = post.ended(wanted.letter_id)
    assert kept["state"] == "failed"
    assert erased(kept)
    assert post.deliveries(wanted.letter_id) == [("refused", 550)]


@pytest.mark.parametrize("valid_for", [timedelta(minutes=-1), timedelta(seconds=3)])
def test_an_expired_letter_is_never_sent_and_its_seal_erased(post: Post, valid_for: timedelta) -> None:
    wanted = activation(valid_for)
    post.refuse(wanted.recipient, "temporary")
    post.ask(wanted, "auth")
    kept = post.ended(wanted.letter_id)
    assert kept["state"] == "expired"
    assert erased(kept)
    assert post.deliveries(wanted.letter_id)[-1] == ("expired", None)
    assert post.mailbox.letters(to=wanted.recipient) == []


def test_a_process_that_dies_after_sending_sends_the_same_letter_again(post: Post, crash_file: Path) -> None:
    wanted = receipt()
    crash_file.write_text("notify_after_send")
    post.ask(wanted, "payments")
    kept = post.ended(wanted.letter_id, timeout=60)
    assert (kept["state"], kept["attempts"]) == ("sent", 2)
    letters = post.mailbox.letters(to=wanted.recipient)
    assert {letter["message_id"] for letter in letters} == {kept["message_id"]}
    assert post.deliveries(wanted.letter_id) == [("sent", 250)]
