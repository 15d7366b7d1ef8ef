"""Somebody who comes to auth over the bus: registers, reads the letter, activates, signs in."""

import random
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from pydantic import SecretStr

from deploy.demo.household import Household
from deploy.demo.visitor import Mailbox, activation_code, activation_token
from services.contracts import auth
from services.contracts.errors import ServiceError
from tests.support.bus import SyncBus

PASSWORD = "Qwerty-sun-417"


def anywhere() -> str:
    """A network address of one's own, so that limits per address do not join tests."""
    return f"10.{random.randrange(256)}.{random.randrange(256)}.{random.randrange(1, 255)}"


def refusal(answer: "Future[Any]") -> str:
    """The code of the error that a call was answered with; `done` when it was not refused."""
    wait([answer])
    error = answer.exception()
    if error is None:
        return "done"
    if isinstance(error, ServiceError):
        return error.code
    raise error


@dataclass
class Newcomer:
    """A household's person with an e-mail and a network address of their own."""

    bus: SyncBus
    mailbox: Mailbox
    home: Household
    email: str = field(default_factory=lambda: f"n-{uuid4().hex[:12]}@example.org")
    client: str = field(default_factory=anywhere)
    seen: int = 0

    def registration(self, **other: Any) -> auth.RegisterRequest:
        told = {
            "account": self.home.account,
            "password": PASSWORD,
            "email": self.email,
            "phone": "+79105550000",
            "address": self.home.address,
            "consent": True,
            "consent_version": "2026-01",
            "client": self.client,
        }
        return auth.RegisterRequest.model_validate(told | other)

    def register(self, key: str | None = None, **other: Any) -> "Future[auth.Registered]":
        return self.bus.submit(auth.REGISTER, self.registration(**other), key=key or uuid4().hex)

    def resend(self, **other: Any) -> "Future[Any]":
        told = {"account": self.home.account, "email": self.email} | other
        return self.bus.submit(auth.RESEND_ACTIVATION, auth.ResendRequest(**told), key=uuid4().hex)

    def letter(self) -> dict[str, Any]:
        """The next letter that was not read yet."""
        found = self.mailbox.wait_letter(self.email, "Активация", since_id=self.seen)
        self.seen = int(found["id"])
        return found

    def by_link(self, letter: dict[str, Any]) -> "Future[Any]":
        request = auth.LinkActivationRequest(token=SecretStr(activation_token(letter)), client=self.client)
        return self.bus.submit(auth.ACTIVATE_BY_LINK, request)

    def by_code(self, code: str, account: str | None = None) -> "Future[Any]":
        request = auth.CodeActivationRequest(
            account=account or self.home.account, code=SecretStr(code), client=self.client
        )
        return self.bus.submit(auth.ACTIVATE_BY_CODE, request)

    def activated(self) -> "Newcomer":
        self.register().result()
        self.by_link(self.letter()).result()
        return self

    def try_sign_in(self, password: str = PASSWORD) -> "Future[auth.Tokens]":
        request = auth.SignInRequest(
            account=self.home.account, password=SecretStr(password), client=self.client
        )
        return self.bus.submit(auth.SIGN_IN, request)

    def sign_in(self) -> auth.Tokens:
        tokens: auth.Tokens = self.try_sign_in().result()
        return tokens

    def refresh(self, token: str) -> "Future[auth.Tokens]":
        return self.bus.submit(auth.REFRESH, auth.RefreshRequest(token=SecretStr(token)))

    def session(self, tokens: auth.Tokens) -> "Future[auth.SessionView]":
        return self.bus.submit(auth.SESSION, auth.SessionRequest(user=tokens.user, session=tokens.session))


def wrong(letter: dict[str, Any]) -> str:
    """A code that is surely not the letter's."""
    return f"{(int(activation_code(letter)) + 1) % 1_000_000:06d}"
