"""PIN and biometrics over HTTP: a browser with cookies and an app with bearer tokens, on both gateways."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
import psycopg
import pytest

from deploy.demo.visitor import Mailbox, Visitor, somewhere
from deploy.local.system import LocalSystem
from tests.support.authenticator import Authenticator
from tests.support.customer import PASSWORD, Customer, make_customer
from tests.support.device import DeviceKey
from tests.support.households import Households
from tests.support.problems import code_of

PIN, OTHER, WRONG = "7419", "9053", "2846"
GUESSES = 1000


@dataclass
class Phone:
    """A signed-in visitor whose device has a key of its own."""

    visitor: Visitor
    device: str
    key: DeviceKey = field(default_factory=DeviceKey)

    def proof(self, **told: Any) -> dict[str, Any]:
        """A fresh ticket, signed by the device."""
        ticket = self.visitor.post("/devices/tickets", {"device": self.device})["ticket"]
        return {"ticket": ticket, "signature": self.key.sign(ticket)} | told

    def set_pin(self, pin: str, **told: Any) -> httpx.Response:
        body = self.proof(pin=pin, public_key=self.key.public) | told
        return self.visitor.send("PUT", "/me/device/pin", json=body)

    def enter(self, pin: str, by: Visitor | None = None, **told: Any) -> httpx.Response:
        """Signs in with the PIN, in a window that has no session yet."""
        window = by or self.window()
        body = self.proof(device=self.device, pin=pin, channel=window.channel) | told
        return window.send("POST", "/sessions/pin", json=body)

    def window(self) -> Visitor:
        return Visitor(str(self.visitor.http.base_url), self.visitor.channel)

    def seen(self) -> dict[str, Any]:
        told: dict[str, Any] = self.visitor.get("/me/device")
        return told


@pytest.fixture
def owner(system: LocalSystem, mailbox: Mailbox, households: Households) -> Customer:
    return make_customer(system.urls.gateway, mailbox, households.take(metered=False))


@pytest.fixture(params=["web", "app"])
def phone(request: pytest.FixtureRequest, system: LocalSystem, owner: Customer) -> Phone:
    visitor = Visitor(system.urls.gateway, request.param)
    return Phone(visitor, visitor.sign_in(owner.account, PASSWORD)["device"])


@pytest.fixture
def finger(system: LocalSystem) -> Authenticator:
    return Authenticator(f"http://localhost:{system.ports['gateway']}")


def test_a_pin_is_set_used_changed_and_switched_off(phone: Phone, owner: Customer) -> None:
    assert (phone.seen()["device"], phone.seen()["pin"]) == (phone.device, False)
    assert phone.set_pin(PIN).status_code == 204
    assert phone.seen()["pin"]

    window = phone.window()
    opened = phone.enter(PIN, by=window)
    assert opened.status_code == 201
    window.keep(opened.json())
    assert (window.channel == "app") == bool(opened.json()["access_token"])
    assert window.get("/me")["email"] == owner.email
    assert [row["method"] for row in window.get("/me/sessions")["sessions"] if row["current"]] == ["pin"]
    assert code_of(phone.visitor.send("GET", "/me")) in ("session_ended", "unauthenticated")

    now = Phone(window, phone.device, phone.key)
    assert code_of(now.set_pin(OTHER)) == "invalid_request"
    assert now.set_pin(OTHER, current_pin=PIN, public_key=None).status_code == 204
    refused = now.enter(PIN)
    assert (code_of(refused), refused.json()["details"]) == ("pin_refused", {"tries_left": 4})
    assert window.send("DELETE", "/me/device/pin").status_code == 204
    assert not now.seen()["pin"]
    assert code_of(now.enter(OTHER)) == "pin_off"
    assert code_of(now.set_pin(OTHER)) == "full_sign_in_needed"


def test_biometrics_are_switched_on_used_and_off_with_the_pin(
    phone: Phone, owner: Customer, finger: Authenticator
) -> None:
    def options() -> httpx.Response:
        return phone.visitor.send("POST", "/me/device/biometrics/options")

    assert code_of(options()) == "pin_needed"
    phone.set_pin(PIN)
    asked = options().json()
    body = {"pin": OTHER, "ticket": asked["ticket"], "credential": finger.create(asked["options"])}
    refused = phone.visitor.send("PUT", "/me/device/biometrics", json=body)
    assert (code_of(refused), refused.json()["details"]) == ("pin_refused", {"tries_left": 4})
    assert not phone.seen()["biometrics"]
    asked = options().json()
    body = {"pin": PIN, "ticket": asked["ticket"], "credential": finger.create(asked["options"])}
    assert phone.visitor.send("PUT", "/me/device/biometrics", json=body).status_code == 204
    assert phone.seen()["biometrics"]

    window = phone.window()
    asked = window.post("/sessions/biometrics/options", {"device": phone.device})
    body = {
        "device": phone.device,
        "ticket": asked["ticket"],
        "credential": finger.get(asked["options"]),
        "channel": window.channel,
    }
    opened = window.post("/sessions/biometrics", body)
    window.keep(opened)
    assert window.get("/me")["email"] == owner.email
    assert code_of(window.send("POST", "/sessions/biometrics", json=body)) == "ticket_stale"

    assert window.send("DELETE", "/me/device/pin").status_code == 204
    asked = window.post("/sessions/biometrics/options", {"device": phone.device})
    body |= {"ticket": asked["ticket"], "credential": finger.get(asked["options"])}
    assert code_of(window.send("POST", "/sessions/biometrics", json=body)) == "biometrics_refused"


def test_another_site_opens_nothing(phone: Phone, finger: Authenticator) -> None:
    phone.set_pin(PIN)
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    body = phone.proof(device=phone.device, pin=PIN)
    window = phone.window()
    assert code_of(window.send("POST", "/sessions/pin", json=body, headers=elsewhere)) == "csrf_failed"
    asked = window.post("/sessions/biometrics/options", {"device": phone.device})
    body = {"device": phone.device, "ticket": asked["ticket"], "credential": finger.get(asked["options"])}
    assert code_of(window.send("POST", "/sessions/biometrics", json=body, headers=elsewhere)) == "csrf_failed"


def test_what_is_no_pin_costs_no_try(owner: Customer) -> None:
    phone = Phone(owner.visitor, owner.visitor.sign_in(owner.account, PASSWORD)["device"])
    phone.set_pin(PIN)
    for no_pin in ("", "741", "74190", "７４１９", "abcd", "7 19", 7419, None):
        body = phone.proof(device=phone.device, pin=no_pin)
        refused = phone.window().send("POST", "/sessions/pin", json=body)
        assert code_of(refused) == "invalid_request"
        assert [field["field"] for field in refused.json()["fields"]] == ["pin"]
        # But for the reference, whose digits are anybody's.
        assert str(no_pin or "...") not in str(refused.json() | {"reference": ""})
    assert phone.enter(WRONG).json()["details"] == {"tries_left": 4}


def test_tickets_are_limited_by_address(system: LocalSystem) -> None:
    visitor, body = Visitor(system.urls.gateway), {"device": str(uuid4())}
    codes = {code_of(visitor.send("POST", "/devices/tickets", json=body)) for _ in range(65)}
    assert "too_many_requests" in codes


def test_a_thousand_wrong_pins_through_two_gateways_are_five_tries(
    owner: Customer,
    system: LocalSystem,
    mailbox: Mailbox,
    database: Callable[[str], "psycopg.Connection[Any]"],
) -> None:
    phone = Phone(owner.visitor, owner.visitor.sign_in(owner.account, PASSWORD)["device"])
    assert phone.set_pin(PIN).status_code == 204
    bases = [f"http://127.0.0.1:{system.ports[name]}/api/v1" for name in ("gateway", "gateway-2")]
    pins = [f"{n:04d}" for n in range(10_000) if f"{n:04d}" != PIN][:GUESSES]

    def guess(numbered: tuple[int, str]) -> str:
        """Somebody who has the device's key, and a new address for each try."""
        number, pin = numbered
        base, headers = bases[number % 2], {"X-Forwarded-For": somewhere()}
        ticket = http.post(f"{base}/devices/tickets", json={"device": phone.device}, headers=headers).json()
        body = {"device": phone.device, "pin": pin, "channel": "app"} | {
            "ticket": ticket["ticket"],
            "signature": phone.key.sign(ticket["ticket"]),
        }
        return code_of(http.post(f"{base}/sessions/pin", json=body, headers=headers))

    with httpx.Client(timeout=30, trust_env=False) as http, ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(guess, enumerate(pins)))
    assert set(codes) <= {"pin_refused", "pin_off"}
    looked_at = database("auth").execute(
        "SELECT count(*) FROM audit WHERE device_id = %s AND act = 'pin_refused'", (phone.device,)
    )
    assert looked_at.fetchone() == (5,), "tries that were compared"
    assert len(mailbox.letters(owner.email, "PIN", wait=20)) == 1
    assert code_of(phone.enter(PIN)) == "pin_off"

    signed = owner.visitor.sign_in(owner.account, PASSWORD)
    assert signed["device"] == phone.device, "the owner gets in with the password, on the known device"
    again = Phone(owner.visitor, phone.device)
    assert again.set_pin(OTHER).status_code == 204
    assert again.enter(OTHER).status_code == 201
