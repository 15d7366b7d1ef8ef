"""The doors of the API: every route, a body that it would take, and somebody who knocks at them all."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from deploy.demo.visitor import Visitor, eventually
from deploy.local.system import LocalSystem
from tests.support.problems import code_of

_PUBLIC = """
    recover ask_recovery confirm_email_by_link register activate resend_activation email_hint sign_in
    refresh_session list_documents read_document object_to_link device_ticket sign_in_by_pin
    biometrics_ticket sign_in_by_biometrics acquirer_callback acquirer_callback_post retailer
    """
PUBLIC = set(_PUBLIC.split())
"""Routes that need no session; each has its own protection."""
BODIES: dict[str, dict[str, Any] | None] = {
    "me": None,
    "sign_out": None,
    "change_password": {
        "current": "not-the-password",
        "password": "Another-moon-528",
        "password_again": "Another-moon-528",
    },
    "change_phone": {"phone": "+79105550000"},
    "ask_email": {"email": "a@example.org", "password": "not-the-password"},
    "confirm_email_by_code": {"code": "000000"},
    "sessions": None,
    "end_session": None,
    "end_sessions": None,
    "delete_profile": {"password": "not-the-password"},
    "my_consents": None,
    "give_consent": {"purpose": "personal_data", "version": "2026-11"},
    "withdraw_consent": {"password": "not-the-password"},
    "link_account": {"account": "000000017", "address": "Калуга, ул. Не та, д. 1"},
    "remove_account": None,
    "my_device": None,
    "set_pin": {"pin": "7419", "ticket": "x", "signature": "x" * 86},
    "pin_off": None,
    "biometrics_options": None,
    "biometrics_on": {
        "pin": "7419",
        "ticket": "x",
        "credential": {
            "id": "x",
            "rawId": "x",
            "type": "public-key",
            "response": {"clientDataJSON": "x", "attestationObject": "x"},
        },
    },
    "biometrics_off": None,
    "account_state": None,
    "account_statement": None,
    "meter_state": None,
    "reading_history": None,
    "consumption": None,
    "consumption_hours": None,
    "bills": None,
    "bill": None,
    "bill_document": None,
    "charge_statistics": None,
    "tariff_comparison": None,
    "check_reading": {"values": ["1"]},
    "submit_reading": {"values": ["1"]},
    "start_payment": {"amount": 100, "values": ["1"], "receipt_email": "a@example.org", "consent": True},
    "payment_history": None,
    "payment_status": None,
    "continue_payment": None,
    "cancel_payment": None,
    "payment_receipt": None,
    "payment_receipt_document": None,
}
"""Routes that need a session, each with a body that would be taken."""
STAFF_PUBLIC = {"staff_enrolment", "staff_enrol", "staff_password", "staff_sign_in"}
"""Routes of staff that need no session yet: a one-time link, a password, a second factor."""
STAFF: dict[str, dict[str, Any] | None] = {
    "staff_me": None,
    "staff_sign_out": None,
    "staff_account": None,
    "release_link": {"user": str(UUID(int=0)), "reason": "По заявлению"},
    "unfreeze_link": {"user": str(UUID(int=0)), "reason": "По заявлению"},
    "staff_audit": None,
}
"""Routes that need a session of staff (test_staff_access), each with a body that would be taken."""


@dataclass(frozen=True)
class Route:
    """An operation of the API's own description."""

    name: str
    method: str
    path: str

    def at(self, account: str, payment_id: str) -> str:
        """The path; an id of any other thing is one that nobody has."""
        values = defaultdict(lambda: str(UUID(int=0)), account=account, payment_id=payment_id)
        return self.path.removeprefix("/api/v1").format_map(values)


def described(gateway: str) -> Iterator[Route]:
    document = httpx.get(f"{gateway}/api/v1/openapi.json", trust_env=False).json()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield Route(operation["operationId"], method.upper(), path)


@dataclass
class Doors:
    """Routes that need a session, each with a body of `bodies`, tried with an account and a payment."""

    routes: list[Route]
    account: str
    payment: str = str(UUID(int=0))
    bodies: Mapping[str, Any] = field(default_factory=lambda: BODIES)

    def codes(
        self, visitor: Visitor, headers: dict[str, str], only: Callable[[Route], bool]
    ) -> dict[str, str]:
        """What each route answers: a problem's code, or a status."""
        return {
            route.name: code_of(
                visitor.send(
                    route.method,
                    route.at(self.account, self.payment),
                    json=self.bodies[route.name],
                    headers=headers,
                )
            )
            for route in self.routes
            if only(route)
        }


def every(_: Route) -> bool:
    return True


def changing(route: Route) -> bool:
    return route.method != "GET"


def of_an_account(route: Route) -> bool:
    return "{account}" in route.path


def bearer(visitor: Visitor) -> str:
    return str(visitor.http.headers["Authorization"]).removeprefix("Bearer ")


def on_the_other_gateway(system: LocalSystem, visitor: Visitor) -> Visitor:
    """The same session on the second process."""
    other = Visitor(f"http://127.0.0.1:{system.ports['gateway-2']}", "app")
    other.http.headers["Authorization"] = visitor.http.headers["Authorization"]
    return other


def refused_within_a_second(visitor: Visitor) -> None:
    """From now: the first refusal was answered before a second was over, and no request passes after it."""
    began = time.monotonic()
    eventually(lambda: visitor.send("GET", "/me").status_code == 401, "the session ends", 5, 0.01)
    took = time.monotonic() - began
    assert took < 1.0, f"an ended session was let in for {took:.2f} s"
    assert [code_of(visitor.send("GET", "/me")) for _ in range(5)] == ["session_ended"] * 5


def refused_with(code: str, answers: dict[str, str]) -> bool:
    assert answers
    assert answers == dict.fromkeys(answers, code)
    return True
