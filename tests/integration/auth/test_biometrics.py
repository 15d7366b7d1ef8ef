"""Biometrics of a device: only with a PIN on, only its own authenticator, only a verified person, once."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any
from uuid import uuid4

import pytest

from deploy.local.system import LocalSystem
from services.contracts import auth
from services.contracts.auth import devices as contract
from services.contracts.auth.words import SessionCommand
from tests.integration.auth.test_pins import left
from tests.support.authenticator import Authenticator
from tests.support.device import Device
from tests.support.newcomer import Newcomer, refusal

PIN, OTHER = "7419", "2846"
Rows = Callable[..., list[tuple[Any, ...]]]


class Biometric(Device):
    """A device with a PIN on and an authenticator built in."""

    def options(self) -> contract.WebAuthnOptions:
        return self.bus.call(contract.BIOMETRICS_OPTIONS, SessionCommand.model_validate(self.asked()))

    def ticket_for(self, device: Any = None) -> contract.WebAuthnOptions:
        request = contract.TicketRequest(device=device or self.id)
        return self.bus.call(contract.BIOMETRICS_TICKET, request)

    def switch_on(self, ticket: str, credential: dict[str, Any], pin: str = PIN) -> "Future[Any]":
        told = self.asked(ticket=ticket, credential=credential, pin=pin)
        return self.bus.submit(contract.BIOMETRICS_ON, contract.BiometricsSetting.model_validate(told))

    def switch_off(self) -> None:
        self.bus.call(contract.BIOMETRICS_OFF, SessionCommand.model_validate(self.asked()))

    def enrol(self, authenticator: Authenticator, pin: str = PIN) -> "Future[Any]":
        asked = self.options()
        return self.switch_on(asked.ticket, authenticator.create(asked.options), pin)

    def enter(self, ticket: str, credential: dict[str, Any]) -> "Future[auth.Tokens]":
        told = {"device": self.id, "ticket": ticket, "credential": credential, "client": self.client}
        return self.bus.submit(contract.SIGN_IN_BY_BIOMETRICS, contract.BiometricsSignIn.model_validate(told))

    def touch(self, authenticator: Authenticator) -> "Future[auth.Tokens]":
        """Signs in with a fresh ticket."""
        asked = self.ticket_for()
        return self.enter(asked.ticket, authenticator.get(asked.options))


@pytest.fixture
def device(resident: Newcomer) -> Biometric:
    made = Biometric(resident.bus, resident.sign_in())
    made.with_pin(PIN)
    return made


@pytest.fixture
def origin(system: LocalSystem) -> str:
    return f"http://localhost:{system.ports['gateway']}"


@pytest.fixture
def finger(origin: str) -> Authenticator:
    return Authenticator(origin)


@pytest.fixture
def enrolled(device: Biometric, finger: Authenticator) -> Biometric:
    device.enrol(finger).result()
    return device


def refusals(auth_rows: Rows, device: Device) -> list[str]:
    """Why biometrics of the device were refused."""
    rows = auth_rows(
        "SELECT details->>'reason' FROM audit WHERE device_id = %s AND act = 'biometrics_refused' ORDER BY id",
        device.id,
    )
    return [reason for (reason,) in rows]


def test_a_finger_opens_the_cabinet(enrolled: Biometric, finger: Authenticator, resident: Newcomer) -> None:
    assert enrolled.view().biometrics
    for _ in range(2):
        opened = enrolled.touch(finger).result()
        view = resident.session(opened).result()
        assert (view.method, view.device) == ("biometrics", enrolled.id)


def test_what_the_browser_is_asked_is_strict(device: Biometric, finger: Authenticator) -> None:
    asked = device.options().options
    chosen = asked["authenticatorSelection"]
    assert (chosen["authenticatorAttachment"], chosen["userVerification"]) == ("platform", "required")
    assert (asked["rp"]["id"], asked["attestation"], asked["excludeCredentials"]) == ("localhost", "none", [])
    device.enrol(finger).result()
    assert [c["id"] for c in device.options().options["excludeCredentials"]] == [finger.id]
    at_the_door = device.ticket_for().options
    assert at_the_door["userVerification"] == "required"
    assert [c["id"] for c in at_the_door["allowCredentials"]] == [finger.id]


def test_biometrics_need_a_pin(device: Biometric, finger: Authenticator) -> None:
    asked = device.options()
    device.pin_off()
    assert refusal(device.switch_on(asked.ticket, finger.create(asked.options))) == "pin_needed"
    command = SessionCommand.model_validate(device.asked())
    assert refusal(device.bus.submit(contract.BIOMETRICS_OPTIONS, command)) == "pin_needed"


def test_whoever_does_not_know_the_pin_switches_nothing_on(
    device: Biometric, finger: Authenticator, origin: str
) -> None:
    wrong = device.enrol(finger, OTHER)
    assert (refusal(wrong), left(wrong)) == ("pin_refused", 4)
    assert not device.view().biometrics
    assert refusal(device.enrol(Authenticator(origin, verified=False), OTHER)) == "biometrics_refused"
    wrong = device.try_pin(OTHER)
    assert left(wrong) == 3, "tries here and at the door are the same ones; an unsound finger costs none"
    device.enrol(finger).result()
    assert device.view().biometrics
    assert left(device.try_pin(OTHER)) == 4, "the right PIN gives the tries back"


def test_the_fifth_wrong_pin_takes_the_pin_off(
    enrolled: Biometric, finger: Authenticator, origin: str
) -> None:
    fresh = Authenticator(origin)
    told = [refusal(enrolled.enrol(fresh, OTHER)) for _ in range(5)]
    assert told == [*["pin_refused"] * 4, "pin_off"]
    assert (enrolled.view().pin, enrolled.view().biometrics) == (False, False)
    assert refusal(enrolled.touch(finger)) == "biometrics_refused"


def test_a_ticket_is_one_try_of_the_pin(device: Biometric, finger: Authenticator) -> None:
    asked = device.options()
    credential = finger.create(asked.options)
    told = [refusal(device.switch_on(asked.ticket, credential, pin)) for pin in (OTHER, PIN)]
    assert told == ["pin_refused", "ticket_stale"]


def test_switching_the_pin_off_takes_biometrics_with_it(
    enrolled: Biometric, finger: Authenticator, auth_rows: Rows
) -> None:
    enrolled.pin_off()
    assert not enrolled.view().biometrics
    assert refusal(enrolled.touch(finger)) == "biometrics_refused"
    assert auth_rows("SELECT id FROM authenticators WHERE device_id = %s", enrolled.id) == []
    enrolled.set_pin(PIN).result()
    assert refusal(enrolled.touch(finger)) == "biometrics_refused", "a new PIN does not bring it back"


def test_a_blocked_pin_takes_biometrics_with_it(
    enrolled: Biometric, finger: Authenticator, auth_rows: Rows
) -> None:
    for _ in range(5):
        enrolled.try_pin("2846").exception()
    assert refusal(enrolled.touch(finger)) == "biometrics_refused"
    assert auth_rows("SELECT id FROM authenticators WHERE device_id = %s", enrolled.id) == []


def test_biometrics_are_switched_off_alone(enrolled: Biometric, finger: Authenticator) -> None:
    enrolled.switch_off()
    enrolled.switch_off()
    assert (enrolled.view().pin, enrolled.view().biometrics) == (True, False)
    assert refusal(enrolled.touch(finger)) == "biometrics_refused"


def test_a_registration_that_does_not_hold_is_refused(
    device: Biometric, origin: str, auth_rows: Rows
) -> None:
    wrong = [
        Authenticator(origin, verified=False),
        Authenticator(origin, rp_id="evil.example"),
        Authenticator("https://evil.example"),
    ]
    assert [refusal(device.enrol(one)) for one in wrong] == ["biometrics_refused"] * 3
    earlier, asked, sound = device.options(), device.options(), Authenticator(origin)
    assert refusal(device.switch_on(asked.ticket, sound.create(earlier.options))) == "biometrics_refused"
    renamed = sound.create(asked.options) | {"id": "AAAA", "rawId": "AAAA"}
    assert refusal(device.switch_on(asked.ticket, renamed)) == "biometrics_refused"
    garbage = sound.create(asked.options)
    garbage["response"]["attestationObject"] = "oWNmbXRkbm9uZQ"
    assert refusal(device.switch_on(asked.ticket, garbage)) == "biometrics_refused"
    assert refusals(auth_rows, device) == ["registration"] * 6
    assert not device.view().biometrics


def test_a_registration_is_answered_once(device: Biometric, finger: Authenticator) -> None:
    asked = device.options()
    credential = finger.create(asked.options)
    device.switch_on(asked.ticket, credential).result()
    assert refusal(device.switch_on(asked.ticket, credential)) == "ticket_stale"
    at_the_door = device.ticket_for()
    assert refusal(device.switch_on(at_the_door.ticket, finger.create(at_the_door.options))) == "ticket_stale"


def test_a_credential_of_another_device_is_not_taken(
    enrolled: Biometric, finger: Authenticator, resident: Newcomer
) -> None:
    other = Biometric(resident.bus, resident.sign_in())
    other.with_pin(PIN)
    assert refusal(other.enrol(finger)) == "biometrics_refused"
    enrolled.touch(finger).result()


def test_an_answer_that_does_not_hold_opens_nothing(
    enrolled: Biometric, finger: Authenticator, origin: str, auth_rows: Rows
) -> None:
    finger.verified = False
    assert refusal(enrolled.touch(finger)) == "biometrics_refused"
    finger.verified = True
    finger.origin = "https://evil.example"
    assert refusal(enrolled.touch(finger)) == "biometrics_refused"
    finger.origin = origin
    copied = Authenticator(origin, id=finger.id)
    assert refusal(enrolled.touch(copied)) == "biometrics_refused"
    stranger = Authenticator(origin)
    assert refusal(enrolled.touch(stranger)) == "biometrics_refused"
    asked = enrolled.ticket_for()
    of_creation = finger.answer(asked.options, "webauthn.create")
    assert refusal(enrolled.enter(asked.ticket, of_creation)) == "biometrics_refused"
    assert refusals(auth_rows, enrolled) == ["answer"] * 5
    enrolled.touch(finger).result()


def test_an_answer_opens_once_also_at_once(enrolled: Biometric, finger: Authenticator) -> None:
    asked = enrolled.ticket_for()
    credential = finger.get(asked.options)
    answers = [enrolled.enter(asked.ticket, credential) for _ in range(5)]
    assert sorted(refusal(answer) for answer in answers) == ["done", *["ticket_stale"] * 4]


def test_a_ticket_of_another_device_opens_nothing(enrolled: Biometric, finger: Authenticator) -> None:
    asked = enrolled.ticket_for(uuid4())
    assert refusal(enrolled.enter(asked.ticket, finger.get(asked.options))) == "ticket_stale"


def test_a_counter_that_went_back_shuts_the_door(
    enrolled: Biometric, finger: Authenticator, auth_rows: Rows
) -> None:
    finger.counter = 10
    enrolled.touch(finger).result()
    finger.counter = 5
    assert refusal(enrolled.touch(finger)) == "biometrics_refused"
    assert refusals(auth_rows, enrolled) == ["counter"]
    finger.counter = 50
    assert refusal(enrolled.touch(finger)) == "biometrics_refused", "nobody gets in by a key with a copy"
    assert enrolled.try_pin(PIN).result().device == enrolled.id


def test_a_passkey_that_does_not_count_is_taken(enrolled: Biometric, finger: Authenticator) -> None:
    for _ in range(2):
        asked = enrolled.ticket_for()
        finger.counter = 0
        enrolled.enter(asked.ticket, finger.answer(asked.options)).result()


def test_nobody_can_tell_whether_a_device_has_biometrics(enrolled: Biometric, resident: Newcomer) -> None:
    bare = Biometric(resident.bus, resident.sign_in())
    unknown = uuid4()
    shapes = []
    for device in (enrolled.id, bare.id, unknown):
        once, again = (enrolled.ticket_for(device).options for _ in range(2))
        assert once["allowCredentials"] == again["allowCredentials"]
        assert once["challenge"] != again["challenge"]
        [allowed] = once["allowCredentials"]
        shapes.append((sorted(once), sorted(allowed), len(allowed["id"])))
    assert len({str(shape) for shape in shapes}) == 1
