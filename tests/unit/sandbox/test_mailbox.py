"""The mailbox: a letter goes in by SMTP and is read back, in time, by those who wait for it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from email.message import EmailMessage
from smtplib import SMTP, SMTPDataError, SMTPRecipientsRefused
from typing import Any

import httpx
import pytest

from deploy.sandbox.mailbox.refusals import Refusals
from deploy.sandbox.mailbox.smtp import start_smtp
from deploy.sandbox.mailbox.store import Letters
from deploy.sandbox.mailbox.web import mailbox_app

pytestmark = pytest.mark.anyio
IVAN = "ivan@example.ru"


def letter(to: str = IVAN, subject: str = "Код для входа: 1234") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "svet@example.ru", to, subject
    message["Message-ID"] = "<1@svet>"
    message.set_content("Ваш код 1234.\nhttp://portal.test/confirm")
    message.add_alternative("<p>Ваш код <b>1234</b></p>", subtype="html")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="квитанция.pdf")
    return message


@dataclass
class Mailbox:
    http: httpx.AsyncClient
    port: int

    async def send(self, message: EmailMessage) -> None:
        def deliver() -> None:
            with SMTP("127.0.0.1", self.port, timeout=5) as smtp:
                smtp.send_message(message)

        await asyncio.to_thread(deliver)

    async def letters(self, **query: str | int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.http.get("/api/letters", params=query)).json()
        return found

    async def refuse(self, mode: str, **fields: object) -> None:
        assert (await self.http.post("/sandbox/refusals", json={"mode": mode} | fields)).status_code == 201


@pytest.fixture
async def mailbox(anyio_backend: str) -> AsyncIterator[Mailbox]:
    letters, refusals = Letters(kept=3, kept_bytes=1_000_000), Refusals()
    server = await start_smtp(letters, refusals, "127.0.0.1", 0)
    listening: socket.socket = server.sockets[0]
    transport = httpx.ASGITransport(app=mailbox_app(letters, refusals))
    async with httpx.AsyncClient(transport=transport, base_url="http://mail.test") as http:
        yield Mailbox(http, listening.getsockname()[1])
    server.close()


async def test_a_letter_is_read_back_as_it_was_sent(mailbox: Mailbox) -> None:
    await mailbox.send(letter())
    (found,) = await mailbox.letters(to=IVAN.upper(), subject="код")
    assert found["subject"] == "Код для входа: 1234"
    assert found["text"] == "Ваш код 1234.\nhttp://portal.test/confirm\n"
    assert found["html"].strip() == "<p>Ваш код <b>1234</b></p>"
    assert (found["from"], found["to"], found["message_id"]) == ("svet@example.ru", [IVAN], "<1@svet>")
    assert found["attachments"] == [{"name": "квитанция.pdf", "content_type": "application/pdf", "size": 8}]
    assert (await mailbox.http.get(f"/api/letters/{found['id']}")).json() == found
    file = await mailbox.http.get(f"/letters/{found['id']}/attachments/0")
    assert (file.content, file.headers["content-type"]) == (b"%PDF-1.7", "application/pdf")


async def test_a_reader_waits_for_the_letter_that_is_on_its_way(mailbox: Mailbox) -> None:
    waiting = asyncio.create_task(mailbox.letters(to=IVAN, wait=10))
    await mailbox.send(letter("petr@example.ru"))
    await mailbox.send(letter())
    assert [found["to"] for found in await waiting] == [[IVAN]]


async def test_a_reader_sees_only_what_came_after(mailbox: Mailbox) -> None:
    await mailbox.send(letter(subject="первое"))
    await mailbox.send(letter(subject="второе"))
    assert [found["subject"] for found in await mailbox.letters(since_id=1)] == ["второе"]
    assert await mailbox.letters(since_id=2) == []
    assert await mailbox.letters(to="van@example.ru") == []


async def test_only_the_last_letters_are_kept_and_ids_go_on(mailbox: Mailbox) -> None:
    for number in range(5):
        await mailbox.send(letter(subject=str(number)))
    assert [found["id"] for found in await mailbox.letters()] == [3, 4, 5]
    await mailbox.http.delete("/api/letters")
    await mailbox.send(letter())
    assert [found["id"] for found in await mailbox.letters()] == [6]


async def test_pages_show_the_letter_and_keep_its_html_in_a_sandbox(mailbox: Mailbox) -> None:
    await mailbox.send(letter(subject="<b>тема</b>"))
    inbox, one = (await mailbox.http.get("/")).text, (await mailbox.http.get("/letters/1")).text
    assert "&lt;b&gt;тема&lt;/b&gt;" in inbox
    assert "<b>1234" not in one
    assert "&lt;b&gt;1234&lt;/b&gt;" in one
    assert 'sandbox="allow-popups' in one
    assert (await mailbox.http.get("/letters/2")).status_code == 404


async def test_the_server_refuses_for_a_while_or_one_address_for_ever(mailbox: Mailbox) -> None:
    await mailbox.refuse("temporary", times=1)
    await mailbox.refuse("refused", to="gone@example.ru")
    with pytest.raises(SMTPRecipientsRefused) as gone:
        await mailbox.send(letter("gone@example.ru"))
    assert gone.value.recipients["gone@example.ru"][0] == 550
    with pytest.raises(SMTPRecipientsRefused) as busy:
        await mailbox.send(letter())
    assert busy.value.recipients[IVAN][0] == 451
    await mailbox.send(letter())
    assert len(await mailbox.letters()) == 1


async def test_a_letter_can_be_kept_though_the_sender_is_told_otherwise(mailbox: Mailbox) -> None:
    await mailbox.refuse("lost", times=1)
    with pytest.raises(SMTPDataError):
        await mailbox.send(letter())
    assert len(await mailbox.letters()) == 1
