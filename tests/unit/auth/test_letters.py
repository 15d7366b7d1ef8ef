"""What an activation letter holds, and what the table keeps of it."""

import base64
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import uuid4

import pytest
from nacl.public import PrivateKey, SealedBox
from pydantic import SecretStr

from services.auth import letters
from services.auth.domain.tokens import code_digest, token_digest
from services.auth.settings import Settings
from services.contracts.letters import LetterWanted, LinkAndCode

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_only_notify_can_read_the_link_and_the_code(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = PrivateKey.generate()
    public = SecretStr(base64.b64encode(bytes(key.public_key)).decode())
    settings = settings.model_copy(update={"notify_public_key": public})
    told: list[LetterWanted] = []
    monkeypatch.setattr(letters, "emit_all", lambda _session, _event, payloads: told.extend(payloads))
    letter = letters.new_secrets(settings, uuid4(), NOW, timedelta(hours=24))
    letters.send_secrets(
        cast(Any, None), settings, "activation", "/activate", letter, recipient="a@b.ru", account="180211111"
    )

    wanted = told[0]
    assert (wanted.recipient, wanted.template) == ("a@b.ru", "activation")
    assert wanted.expires_at == letter.expires_at == NOW + timedelta(hours=24)
    assert letter.token not in wanted.model_dump_json()
    assert letter.code not in wanted.model_dump_json(exclude={"sealed", "letter_id"})
    opened = SealedBox(key).decrypt(base64.b64decode(cast(str, wanted.sealed)))
    seal = LinkAndCode.model_validate_json(opened)
    assert seal == LinkAndCode(link=f"http://svet.test/activate?token={letter.token}", code=letter.code)


def test_the_table_keeps_digests_only(settings: Settings) -> None:
    registration = uuid4()
    letter = letters.new_secrets(settings, registration, NOW, timedelta(hours=24))
    pepper = settings.pepper.get_secret_value()
    assert letter.token_hash == token_digest(letter.token)
    assert letter.code_hash == code_digest(pepper, registration, letter.code)
    assert letter.token not in repr(letter)
    assert f"'{letter.code}'" not in repr(letter)
