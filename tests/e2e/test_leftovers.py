"""A customer does everything, then deletes the profile: no secret is kept after use, and nobody after deletion."""

import random
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from deploy.demo.visitor import (
    BankPage,
    Mailbox,
    Visitor,
    VisitorError,
    activation_code,
    activation_link,
    activation_token,
    eventually,
    letter_code,
    letter_token,
)
from deploy.local.system import LocalSystem
from tests.support.customer import Customer
from tests.support.device import DeviceKey
from tests.support.erasure import wait_erased
from tests.support.households import Households
from tests.support.leftovers import Found, Needle, number, search, text
from tests.support.personal import listed


def unique() -> str:
    return secrets.token_hex(6)


def a_pin() -> str:
    """Neither trivial nor a date."""
    return "".join(random.choice(four) for four in ("678", "013", "579", "024"))


@dataclass
class Life:
    """A person whose every text is theirs alone; `secret` and `person` remember what is to be searched for."""

    system: LocalSystem
    mailbox: Mailbox
    channel: str
    secrets: list[Needle] = field(default_factory=list)
    persons: list[Needle] = field(default_factory=list)
    seen: int = 0

    def __post_init__(self) -> None:
        # No group begins with a zero: addresses are kept as they are normally written.
        self.network = ":".join(["2001:db8", *(f"{0x1000 + secrets.randbelow(0xF000):x}" for _ in range(2))])
        self.visitor = Visitor(self.system.urls.gateway, self.channel, f"{self.network}::1")
        self.email = self.person("e-mail", f"Anna-{unique()}@example.org")
        self.phone = self.person("phone", f"+7910{random.randrange(10**7):07d}")
        self.password = self.secret("password", f"Пароль-{unique()}-Kaluga")
        self.person("client address", f"{self.network}:")

    def secret(self, name: str, value: str) -> str:
        self.secrets.append(text(name, value, guessable=True))
        return value

    def token(self, name: str, value: str) -> str:
        """Random or signed: nobody guesses it, so that its digest in a table is no leak."""
        self.secrets.append(text(name, value))
        return value

    def code(self, name: str, value: str) -> str:
        self.secrets.append(number(name, value))
        return value

    def person(self, name: str, value: str) -> str:
        self.persons.append(text(name, value, guessable=True))
        return value

    def letter(self, subject: str, to: str | None = None) -> dict[str, Any]:
        """The next letter that was not read yet; its link and code are secrets."""
        found = self.mailbox.wait_letter(to or self.email, subject, since_id=self.seen)
        self.seen = int(found["id"])
        return found

    def signed(self, answer: dict[str, Any], why: str) -> dict[str, Any]:
        """Carry the session, and remember its tokens as secrets."""
        self.visitor.keep(answer)
        cookies = self.visitor.http.cookies
        kept = {
            "access token": answer["access_token"] or cookies.get("svet_access"),
            "refresh token": answer["refresh_token"] or (cookies.get("svet_refresh") or "").partition(".")[2],
            "CSRF token": (answer["csrf_token"] or "").partition(".")[2],
            "device mark": (answer["device_mark"] or cookies.get("svet_device") or "").partition(".")[2],
        }
        for name, value in kept.items():
            if value:
                self.token(f"{name} of {why}", value)
        return answer


class Registers(Life):
    """From the first click to the first session."""

    def register(self, home: Any) -> None:
        self.home = home
        body = {
            "account": home.account,
            "address": home.address,
            "email": self.email,
            "password": self.password,
            "password_again": self.password,
            "phone": self.phone,
            "consent": True,
            "consent_version": "2026-01",
            "channel": self.channel,
        }
        self.visitor.post("/registrations", body)
        letter = self.letter("Активация")
        old_code = self.code("first activation code", activation_code(letter))
        self.token("first activation link", activation_token(letter))
        self.visitor.post("/activations/letters", {"account": home.account, "email": self.email})
        letter = self.letter("Активация")
        code = self.code("activation code", activation_code(letter))
        self.token("activation link", activation_token(letter))
        wrong = self.visitor.send("POST", "/activations", json={"account": home.account, "code": old_code})
        assert wrong.status_code in (400, 200)
        self.visitor.open(activation_link(letter))
        if wrong.status_code == 400:
            self.visitor.post("/activations", {"account": home.account, "code": code})

    def sign_in(self) -> str:
        """Wrong first, then right, then refreshed; gives the device."""
        wrong = self.secret("wrong password", f"Nepravilno-{unique()}")
        body = {"account": self.home.account, "password": wrong, "channel": self.channel}
        assert self.visitor.send("POST", "/sessions", json=body).status_code == 401
        signed = self.signed(self.visitor.post("/sessions", body | {"password": self.password}), "sign-in")
        again = {} if self.channel == "web" else {"token": self.visitor.refresh_token}
        self.signed(self.visitor.post("/sessions/refresh", again), "refresh")
        return str(signed["device"])


class Lives(Registers):
    """What a customer of a cabinet does."""

    def reads_and_pays(self, mailbox: Mailbox) -> None:
        customer = Customer(self.home, self.visitor, mailbox, self.email)
        self.visitor.post(f"{customer.path}/readings", {"values": customer.values(30)})
        paid = customer.pay(100_00)
        customer.wait_counted(paid["id"])
        assert customer.receipts(wait=20)
        self.open_payment = customer.start(50_00, growth=45)

    def uses_a_pin(self, device: str) -> None:
        key, pin = DeviceKey(), self.code("PIN", a_pin())
        self._set_pin({"pin": pin, "public_key": key.public}, key, device)
        wrong = self.code("wrong PIN", a_pin())
        assert self._sign_in_by_pin(wrong, key, device).status_code in (201, 401)
        answer = self._sign_in_by_pin(pin, key, device)
        assert answer.status_code == 201, answer.text
        self.signed(answer.json(), "PIN")
        self._set_pin({"pin": self.code("new PIN", a_pin()), "current_pin": pin}, key, device)

    def _set_pin(self, body: dict[str, str], key: DeviceKey, device: str) -> None:
        answer = self.visitor.send("PUT", "/me/device/pin", json=body | self._ticket(key, device))
        assert answer.status_code == 204, answer.text

    def _sign_in_by_pin(self, pin: str, key: DeviceKey, device: str) -> Any:
        body = {"device": device, "pin": pin, "channel": self.channel} | self._ticket(key, device)
        return self.visitor.send("POST", "/sessions/pin", json=body)

    def _ticket(self, key: DeviceKey, device: str) -> dict[str, str]:
        ticket = self.visitor.post("/devices/tickets", {"device": device})["ticket"]
        return {
            "ticket": self.token("ticket", ticket),
            "signature": self.token("signature", key.sign(ticket)),
        }

    def links(self, home: Any) -> None:
        self.visitor.post("/me/accounts", {"account": home.account, "address": home.address})
        assert self.visitor.send("DELETE", f"/me/accounts/{home.account}").status_code == 204
        self.visitor.post("/me/accounts", {"account": home.account, "address": home.address})

    def forgets_the_password(self) -> None:
        who = {"account": self.home.account, "email": self.email}
        self.visitor.post("/recoveries", who)
        self.secrets_of("recovery", "recover", self.letter("Восстановление"))
        self.visitor.post("/recoveries", who)
        link, _ = self.secrets_of("second recovery", "recover", self.letter("Восстановление"))
        self.password = self.secret("recovered password", f"Vosstanovlen-{unique()}")
        self.visitor.open(f"/recover?token={link}")
        self._changed("PUT", "/recoveries", {"token": link, **self._twice()}, 200)
        self.sign_in()

    def changes_everything(self) -> None:
        old = self.password
        self.password = self.secret("changed password", f"Izmenen-{unique()}")
        self._changed("PUT", "/me/password", {"current": old, **self._twice()}, 204)
        self.phone = self.person("new phone", f"+7920{random.randrange(10**7):07d}")
        self._changed("PUT", "/me/phone", {"phone": self.phone}, 204)
        email = self.person("new e-mail", f"Anna-Novaya-{unique()}@example.org")
        self.visitor.post("/me/email", {"email": email, "password": self.password})
        _, code = self.secrets_of("e-mail change", "email", self.letter("", email))
        self.visitor.post("/me/email/confirmation", {"code": code})
        self.former, self.email = self.email, email

    def secrets_of(self, what: str, page: str, letter: dict[str, Any]) -> tuple[str, str]:
        """The link's token and the code of a letter."""
        return self.token(f"{what} link", letter_token(letter, page)), self.code(
            f"{what} code", letter_code(letter)
        )

    def _twice(self) -> dict[str, str]:
        return {"password": self.password, "password_again": self.password}

    def _changed(self, method: str, path: str, body: dict[str, str], status: int) -> None:
        answer = self.visitor.send(method, path, json=body)
        assert answer.status_code == status, answer.text

    def deletes(self) -> None:
        wrong = self.secret("wrong confirmation", f"Ne-tot-{unique()}")
        refused = self.visitor.send("POST", "/me/deletion", json={"password": wrong})
        assert refused.status_code == 403, refused.text
        done = self.visitor.send("POST", "/me/deletion", json={"password": self.password})
        assert done.status_code == 204, done.text
        assert not set(self.visitor.http.cookies), "no cookie stays, not even the device's mark"
        assert self.visitor.send("GET", "/me").status_code == 401


@pytest.fixture(scope="module", params=["web", "app"])
def life(
    request: pytest.FixtureRequest, system: LocalSystem, mailbox: Mailbox, households: Households
) -> Lives:
    """Everything but the end."""
    person = Lives(system, mailbox, request.param)
    person.register(households.take(zones=1))
    device = person.sign_in()
    person.reads_and_pays(mailbox)
    person.uses_a_pin(device)
    person.links(households.take(metered=False))
    person.forgets_the_password()
    person.changes_everything()
    return person


def user_of(life: Lives, connection: "psycopg.Connection[Any]") -> UUID:
    row = connection.execute("SELECT id FROM users WHERE email = %s", (life.email,)).fetchone()
    assert row, "the profile is there"
    user: UUID = row[0]
    return user


def test_the_search_finds_what_is_there(life: Lives) -> None:
    """A search that finds nothing anywhere proves nothing."""
    found = search(life.system, life.persons)
    assert Found("new e-mail", "auth.users.email") in found
    assert Found("new phone", "auth.users.phone") in found
    assert Found("client address", "auth.sessions.client") in found
    assert Found("e-mail", "payments.payments.receipt_email") in found
    assert {one.place for one in found if not one.place.startswith(("auth.", "payments."))} == set()


def test_no_secret_is_kept_after_its_use(life: Lives) -> None:
    assert search(life.system, life.secrets) == set()


def test_nothing_of_the_person_is_kept_after_deletion_but_what_the_document_lists(
    life: Lives, database: Any
) -> None:
    auth = database("auth")
    user = user_of(life, auth)
    life.person("user id", str(user))
    life.deletes()
    wait_erased(auth, user)
    life.letter("удал")
    _the_open_payment_ends(life, database("payments"))
    staying = {row.column for row in listed() if row.stays}

    def left() -> set[Found]:
        return {one for one in search(life.system, life.persons) if one.place not in staying}

    # The farewell and the last receipt are erased in the moment after they were sent.
    with suppress(VisitorError):
        eventually(lambda: not left(), "nothing of the person is left", timeout=10, every=0.5)
    assert left() == set()
    assert search(life.system, life.secrets) == set()


def _the_open_payment_ends(life: Lives, payments: "psycopg.Connection[Any]") -> None:
    """Its receipt still goes to the address that was given with it; then that is erased too."""
    BankPage(life.open_payment["form_url"]).pay()
    query = "SELECT state FROM payments WHERE id = %s AND state = 'succeeded'"
    eventually(
        lambda: payments.execute(query, (life.open_payment["id"],)).fetchone(), "the open payment ends"
    )
    assert life.mailbox.wait_letter(life.former, "Квитанция", since_id=life.seen)


def test_the_search_sees_through_disguises() -> None:
    needle, code = text("e-mail", "a@b.ru", guessable=True), number("code", "042917")
    for kept in ("A@B.ru", "to=a%40b.ru", "\\x6140622e7275"):
        assert needle.pattern.search(kept), kept
    for kept in ('"code": "042917"', "042917", "code 042917;"):
        assert code.pattern.search(kept), kept
    for kept in ("1042917", "12:00.042917+00", str(uuid4()).replace("-", "")[:5] + "042917"):
        assert not code.pattern.search(kept), kept
