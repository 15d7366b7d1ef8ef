"""Cabinets made straight in auth's tables, and accounts in billing's, for tests of what happens between them."""

import random
import re
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg
from pydantic import SecretStr

from deploy.demo.visitor import Mailbox
from services.contracts import auth
from services.contracts.auth import profile
from services.contracts.base import Done
from services.contracts.caller import Caller
from tests.support.bus import SyncBus
from tests.support.newcomer import anywhere

Connect = Callable[[str], "psycopg.Connection[Any]"]
ADDRESS = "Калуга, ул. Ленина, д. 5, кв. 7"


@dataclass
class Cabinet:
    """An activated profile with a primary account, and its person at the keyboard."""

    bus: SyncBus
    mailbox: Mailbox
    table: "psycopg.Connection[Any]"
    account: str
    user: UUID = field(default_factory=uuid4)
    session: UUID = field(default_factory=uuid4)
    email: str = field(default_factory=lambda: f"c-{uuid4().hex[:12]}@example.org")
    client: str = field(default_factory=anywhere)
    seen: int = 0

    @property
    def who(self) -> dict[str, Any]:
        return {"user": self.user, "session": self.session, "client": self.client}

    def made(self) -> "Cabinet":
        self.table.execute(
            "INSERT INTO users VALUES (%s, %s, '+79105550000', 'x', 1, now())", (self.user, self.email)
        )
        self.table.execute(
            "INSERT INTO linked_accounts VALUES (%s, %s, true, now())", (self.user, self.account)
        )
        self.table.execute(
            "INSERT INTO sessions (id, user_id, created_at, last_used_at, channel, client) "
            "VALUES (%s, %s, now(), now(), 'web', '')",
            (self.session, self.user),
        )
        return self

    def link(self, account: str, address: str = ADDRESS, key: str | None = None) -> "Future[Done]":
        request = profile.AccountLink(account=account, address=address, **self.who)
        caller = Caller(kind="customer", user=self.user, session=self.session)
        return self.bus.submit(profile.LINK_ACCOUNT, request, key=key or uuid4().hex, caller=caller)

    def remove(self, account: str) -> "Future[Done]":
        return self.bus.submit(profile.REMOVE_ACCOUNT, profile.AccountRemoval(account=account, **self.who))

    def object(self, token: str) -> "Future[Done]":
        request = profile.LinkConfirmation(token=SecretStr(token), client=self.client)
        return self.bus.submit(profile.OBJECT_TO_LINK, request)

    def view(self) -> auth.SessionView:
        return self.bus.call(auth.SESSION, auth.SessionRequest(user=self.user, session=self.session))

    @property
    def accounts(self) -> list[str]:
        return [linked.account for linked in self.view().accounts]

    @property
    def frozen(self) -> list[str]:
        return self.view().frozen

    def told(self) -> str:
        """The token of the next letter about a link."""
        self.mailbox.wait_letter(self.email, "подключён", since_id=self.seen)
        letter = self.mailbox.letters(self.email, "подключён", since_id=self.seen)[0]
        self.seen = int(letter["id"])
        return objection_token(letter)

    def letters(self, subject: str = "") -> list[dict[str, Any]]:
        return self.mailbox.letters(self.email, subject)


def objection_token(letter: dict[str, Any]) -> str:
    """Of the letter's «это не я»."""
    found = re.search(r"https?://\S+/objection\?token=([\w\-]+)", letter["text"])
    assert found, f"no link in the letter: {letter['text']}"
    return found.group(1)


def new_account() -> str:
    return f"8{random.randrange(10**8):08d}"


def registered_account(billing: "psycopg.Connection[Any]") -> str:
    """An account that billing knows, at ADDRESS."""
    account = new_account()
    billing.execute(
        "INSERT INTO accounts VALUES (%s, 'Калуга', 'ул. Ленина', '5', '7', '248000', 2, 'city', 40, %s)",
        (account, uuid4()),
    )
    return account
