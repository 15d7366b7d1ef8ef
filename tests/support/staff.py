"""A member of staff of a test: made at the console, enrolled with a TOTP app, signed in over HTTP."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pyotp
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from deploy.demo.visitor import Visitor
from deploy.local.system import LocalSystem
from services.auth import console
from services.common.clock import real_now
from services.contracts.auth.staff import Role

PASSWORD = "Sosna-i-veter-83"
_API = "/staff/api/v1"


class Member:
    """`send(method, "/accounts/...")` speaks to the staff API with this person's cookies."""

    def __init__(self, system: LocalSystem, *roles: Role, login: str | None = None) -> None:
        self.system = system
        self.roles: Sequence[Role] = roles
        self.login = login or f"t-{uuid4().hex[:10]}"
        self.visitor = Visitor(system.urls.gateway)
        self.secret = ""
        with self.console() as session:
            self.link = console.add(session, self.login, "Иванова Мария", roles, real_now()).token

    @contextmanager
    def console(self) -> Iterator[Session]:
        """What `./svet staff` speaks through."""
        url = self.system.urls.databases["auth"].replace("postgresql://", "postgresql+psycopg://", 1)
        with Session(create_engine(url, poolclass=NullPool)) as session, session.begin():
            yield session

    def send(self, method: str, path: str, **kwargs: Any) -> httpx.Response:
        return self.visitor.send(method, _API + path, **kwargs)

    def offer(self) -> dict[str, Any]:
        """Open the link."""
        answer = self.send("POST", "/enrolment", json={"token": self.link})
        return dict(answer.raise_for_status().json())

    def enrol(self) -> "Member":
        offer = self.offer()
        self.secret = parse_qs(urlsplit(offer["totp_uri"]).query)["secret"][0]
        body = {"token": self.link, "password": PASSWORD, "ticket": offer["ticket"], "code": self.code()}
        self.send("POST", "/enrolment/confirmation", json=body).raise_for_status()
        self.forget_step()
        return self

    def code(self) -> str:
        return pyotp.TOTP(self.secret).at(time.time())

    def forget_step(self) -> None:
        """As if the next half minute had begun: a step of TOTP is used once."""
        with self.console() as session:
            session.execute(text("UPDATE staff SET totp_step = NULL WHERE login = :l"), {"l": self.login})

    def password(self, password: str = PASSWORD) -> httpx.Response:
        return self.send("POST", "/sessions/password", json={"login": self.login, "password": password})

    def ticket(self) -> str:
        """Of a right password."""
        return str(self.password().raise_for_status().json()["ticket"])

    def factor(self, ticket: str, code: str) -> httpx.Response:
        return self.send("POST", "/sessions", json={"ticket": ticket, "code": code})

    def sign_in(self) -> "Member":
        answer = self.factor(self.ticket(), self.code()).raise_for_status()
        self.visitor.http.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        self.forget_step()
        return self

    def on(self, gateway: str) -> Callable[[str, str], httpx.Response]:
        """The same session through another gateway."""
        other = Visitor(gateway)
        cookie = {"Cookie": f"svet_staff={self.visitor.http.cookies['svet_staff']}"}
        return lambda method, path: other.send(method, _API + path, headers=cookie)


def wrong(code: str) -> str:
    """Surely not this one, nor one of the steps beside it but by a chance of one in 300,000."""
    return f"{(int(code) + 1) % 1_000_000:06d}"
