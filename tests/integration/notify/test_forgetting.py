"""Letters of somebody who deleted the profile: what waits is taken back, a receipt goes out, none names them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from deploy.demo.visitor import Mailbox, eventually
from tests.support.erasure import forget

RECEIPT = {
    "amount": "1,00 ₽",
    "paid_at": "22.11.2026 10:15",
    "payment_id": "p-1",
    "account": "180211111",
    "address": "Калуга",
}


@pytest.fixture
def letters(database: Callable[[str], "psycopg.Connection[Any]"]) -> "psycopg.Connection[Any]":
    return database("notify")


def waiting(letters: "psycopg.Connection[Any]", template: str, user: UUID, params: dict[str, str]) -> UUID:
    """A letter whose next attempt is an hour away."""
    letter = uuid4()
    letters.execute(
        'INSERT INTO letters (id, template, recipient, params, "user", state, attempts, next_at, created_at, '
        "message_id) VALUES (%s, %s, %s, %s, %s, 'queued', 1, now() + interval '1 hour', now(), %s)",
        (letter, template, f"{letter.hex}@example.org", Jsonb(params), user, f"<{letter}@x>"),
    )
    return letter


def kept(letters: "psycopg.Connection[Any]", letter: UUID) -> tuple[Any, ...]:
    row = letters.execute(
        'SELECT state, recipient, params, sealed, "user", next_at IS NULL FROM letters WHERE id = %s',
        (letter,),
    ).fetchone()
    assert row
    return tuple(row)


def test_a_letter_that_waits_is_cancelled_and_a_receipt_goes_out_without_naming_its_user(
    letters: "psycopg.Connection[Any]", database: Callable[[str], Any], mailbox: Mailbox
) -> None:
    user = uuid4()
    changed = waiting(letters, "password_changed", user, {"account": "180211111"})
    receipt = waiting(letters, "receipt", user, RECEIPT)
    of_another = waiting(letters, "password_changed", uuid4(), {})
    forget(database("auth"), user)
    assert kept(letters, changed) == ("cancelled", None, {}, None, None, True)
    assert kept(letters, receipt)[:2] == ("queued", f"{receipt.hex}@example.org")
    assert kept(letters, receipt)[4] is None
    assert kept(letters, of_another)[0] == "queued"
    letters.execute("UPDATE letters SET next_at = now() WHERE id = %s", (receipt,))
    assert mailbox.wait_letter(f"{receipt.hex}@example.org", "Квитанция")
    eventually(
        lambda: kept(letters, receipt)[:5] == ("sent", None, {}, None, None),
        "the receipt is erased when sent",
    )
    letters.execute("UPDATE letters SET state = 'cancelled' WHERE id = %s", (of_another,))
