"""The PIN of a device: its key is proved first, five tries whoever asks at once, then full sign-in."""

from collections.abc import Callable
from concurrent.futures import Future, wait
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr

from deploy.demo.visitor import Mailbox
from services.auth import tickets
from services.auth.settings import Settings
from services.common.clock import real_now
from services.contracts import auth
from services.contracts.errors import ServiceError
from tests.support.bus import SyncBus
from tests.support.device import Device, DeviceKey
from tests.support.newcomer import PASSWORD, Newcomer, refusal

PIN, WRONG, OTHER = "7419", "2846", "9053"
Rows = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def device(resident: Newcomer) -> Device:
    """A device that has signed in fully."""
    return Device(resident.bus, resident.sign_in())


@pytest.fixture(scope="session")
def development() -> Settings:
    """Auth's settings as the system under test has them: its tickets can be made here."""
    nowhere = SecretStr("nowhere")
    return Settings.model_validate(
        {"database_url": nowhere, "amqp_url": nowhere, "public_url": "http://nowhere", "SVET_ENV": "test"}
    )


def signed_in_again(resident: Newcomer, device: Device) -> auth.Tokens:
    """Fully, on the device that it is."""
    assert device.tokens.mark is not None
    request = auth.SignInRequest(
        account=resident.home.account,
        password=SecretStr(PASSWORD),
        client=resident.client,
        mark=SecretStr(device.tokens.mark),
    )
    return device.bus.call(auth.SIGN_IN, request)


def left(answer: "Future[Any]") -> Any:
    """How many tries a refused PIN was told."""
    error = answer.exception()
    assert isinstance(error, ServiceError)
    return error.details.get("tries_left")


def acts(auth_rows: Rows, device: Device) -> list[str]:
    return [act for (act,) in auth_rows("SELECT act FROM audit WHERE device_id = %s ORDER BY id", device.id)]


def test_a_pin_opens_the_cabinet_on_its_own_device(
    device: Device, resident: Newcomer, auth_rows: Rows
) -> None:
    assert (device.view().device, device.view().pin) == (device.id, False)
    device.set_pin(PIN).result()
    assert device.view().pin
    opened = device.try_pin(PIN).result()
    view = resident.session(opened).result()
    assert (view.method, view.device) == ("pin", device.id)
    assert refusal(resident.session(device.tokens)) == "session_ended", "a device has one session"
    assert acts(auth_rows, device) == ["signed_in", "pin_set", "signed_in"]


def test_the_first_pin_needs_a_full_sign_in(device: Device) -> None:
    by_pin = Device(device.bus, device.with_pin(PIN).try_pin(PIN).result(), key=device.key)
    by_pin.pin_off()
    assert refusal(by_pin.set_pin(PIN)) == "full_sign_in_needed"
    assert refusal(by_pin.try_pin(PIN)) == "pin_off"


@pytest.mark.parametrize("pin", ["0000", "1234", "4321", "1212", "1985"])
def test_a_pin_that_everybody_tries_first_is_refused(pin: str, device: Device) -> None:
    answer = device.set_pin(pin)
    assert refusal(answer) == "invalid_request"
    error = answer.exception()
    assert isinstance(error, ServiceError)
    assert [(f.field, f.code) for f in error.fields] == [("pin", "trivial")]
    assert not device.view().pin


def test_the_first_pin_needs_the_proof_of_a_key(device: Device) -> None:
    other = DeviceKey()
    assert refusal(device.set_pin(PIN, public_key=None)) == "invalid_request"
    assert refusal(device.set_pin(PIN, public_key="AAAA")) == "invalid_request"
    assert refusal(device.set_pin(PIN, public_key=other.public)) == "device_refused"
    ticket = device.ticket()
    assert refusal(device.set_pin(PIN, ticket=ticket, signature=other.sign(ticket))) == "device_refused"
    device.set_pin(PIN, ticket=ticket).result()
    assert refusal(device.change_pin(PIN, OTHER, ticket=ticket)) == "ticket_stale"


def test_who_is_not_the_device_takes_none_of_its_tries(
    device: Device, development: Settings, auth_rows: Rows
) -> None:
    device.with_pin(PIN)
    stranger = DeviceKey()
    for _ in range(6):
        ticket = device.ticket()
        assert (
            refusal(device.try_pin(WRONG, ticket=ticket, signature=stranger.sign(ticket))) == "device_refused"
        )
    assert refusal(device.try_pin(PIN, device=uuid4())) == "ticket_stale"
    unknown = Device(device.bus, device.tokens.model_copy(update={"device": uuid4()}))
    assert refusal(unknown.try_pin(PIN)) == "device_refused"
    old = tickets.issue(development, "pin", device.id, real_now() - timedelta(minutes=2))
    fresh = tickets.issue(development, "pin", device.id, real_now() - timedelta(minutes=1))
    another_kind = tickets.issue(development, "webauthn-get", device.id, real_now())
    for stale in (old, another_kind, "x"):
        assert refusal(device.try_pin(PIN, ticket=stale)) == "ticket_stale"
    assert left(device.try_pin(WRONG, ticket=fresh)) == 4
    refused = [a for a in acts(auth_rows, device) if a == "pin_refused"]
    assert len(refused) == 7, "six without the key, one wrong PIN"


def test_a_ticket_is_answered_once_also_at_once(device: Device) -> None:
    device.with_pin(PIN)
    ticket = device.ticket()
    codes = sorted(refusal(a) for a in [device.try_pin(PIN, ticket=ticket) for _ in range(5)])
    assert codes == ["done", *["ticket_stale"] * 4]
    for spelling in (ticket, ticket + "=", ticket + "!"):
        assert refusal(device.try_pin(PIN, ticket=spelling)) == "ticket_stale", "however it is written"


def test_a_right_pin_gives_the_tries_back(device: Device) -> None:
    device.with_pin(PIN)
    for _ in range(2):
        assert [left(device.try_pin(WRONG)) for _ in range(4)] == [4, 3, 2, 1]
        device.try_pin(PIN).result()


def test_the_fifth_wrong_pin_in_a_row_switches_it_off_and_the_owner_is_told(
    device: Device, resident: Newcomer, mailbox: Mailbox, auth_rows: Rows
) -> None:
    device.with_pin(PIN)
    for _ in range(4):
        assert refusal(device.try_pin(WRONG)) == "pin_refused"
    assert [refusal(device.try_pin(pin)) for pin in (WRONG, PIN, WRONG)] == ["pin_off"] * 3
    assert acts(auth_rows, device).count("pin_blocked") == 1
    letter = mailbox.wait_letter(resident.email, "PIN")
    assert resident.home.account in letter["text"]
    assert len(mailbox.letters(resident.email, "PIN")) == 1

    again = Device(device.bus, signed_in_again(resident, device))
    assert (again.id, again.view().pin) == (device.id, False)
    again.set_pin(OTHER).result()
    again.try_pin(OTHER).result()
    assert refusal(device.try_pin(OTHER)) == "device_refused", "the former key is not the device's any more"


def test_tries_at_once_are_five(device: Device, auth_rows: Rows) -> None:
    device.with_pin(PIN)
    proofs = [{"ticket": device.ticket()} for _ in range(20)]
    answers = [device.try_pin(f"{2846 + n:04d}", **proof) for n, proof in enumerate(proofs)]
    wait(answers)
    codes = [refusal(answer) for answer in answers]
    assert set(codes) == {"pin_refused", "pin_off"}
    looked_at = auth_rows(
        "SELECT count(*) FROM audit WHERE device_id = %s AND act = 'pin_refused'", device.id
    )
    assert looked_at == [(5,)], "no sixth was compared"
    assert acts(auth_rows, device).count("pin_blocked") == 1
    assert refusal(device.try_pin(PIN)) == "pin_off"


def test_a_try_of_a_process_that_died_stays_counted(device: Device, auth_rows: Rows) -> None:
    device.with_pin(PIN)
    auth_rows("UPDATE devices SET pin_failures = 5 WHERE id = %s RETURNING id", device.id)
    assert not device.view().pin
    assert refusal(device.try_pin(PIN)) == "pin_off"
    assert acts(auth_rows, device)[-1] == "pin_blocked"


def test_a_pin_is_changed_by_who_knows_it(device: Device) -> None:
    device.with_pin(PIN)
    assert refusal(device.set_pin(OTHER)) == "invalid_request", "the present one is asked for"
    assert left(device.change_pin(WRONG, OTHER)) == 4
    ticket, stranger = device.ticket(), DeviceKey()
    signature = stranger.sign(ticket)
    assert refusal(device.change_pin(PIN, OTHER, ticket=ticket, signature=signature)) == "device_refused"
    device.change_pin(PIN, OTHER).result()
    assert left(device.try_pin(PIN)) == 4
    device.try_pin(OTHER).result()


def test_guessing_at_the_change_is_counted_with_the_rest(device: Device) -> None:
    device.with_pin(PIN)
    assert [left(device.try_pin(WRONG)), left(device.change_pin(WRONG, OTHER))] == [4, 3]
    assert [refusal(device.change_pin(WRONG, OTHER)) for _ in range(3)] == [
        "pin_refused",
        "pin_refused",
        "pin_off",
    ]
    assert not device.view().pin


def test_a_pin_is_switched_off_by_its_owner(device: Device, auth_rows: Rows) -> None:
    device.with_pin(PIN).pin_off()
    device.pin_off()
    assert not device.view().pin
    assert refusal(device.try_pin(PIN)) == "pin_off"
    assert acts(auth_rows, device).count("pin_off") == 1


def test_equal_pins_look_different_and_none_can_be_read(
    device: Device, bus: SyncBus, resident: Newcomer, auth_rows: Rows
) -> None:
    twin = Device(bus, resident.sign_in()).with_pin(PIN)
    assert twin.id != device.id
    device.with_pin(PIN)
    hashes = [
        h for (h,) in auth_rows("SELECT pin_hash FROM devices WHERE id IN (%s, %s)", device.id, twin.id)
    ]
    assert len(set(hashes)) == 2
    assert all(h.startswith("$argon2id$") for h in hashes)


def test_the_pin_of_a_locked_account_still_opens_it(device: Device, resident: Newcomer) -> None:
    device.with_pin(PIN)
    for _ in range(6):
        resident.try_sign_in("not-the-password").exception()
    assert refusal(resident.try_sign_in()) == "too_many_requests"
    assert device.try_pin(PIN).result().device == device.id


def test_a_session_that_has_ended_sets_no_pin(device: Device, bus: SyncBus) -> None:
    asked = auth.SessionRequest(user=device.tokens.user, session=device.tokens.session)
    bus.call(auth.SIGN_OUT, asked)
    assert refusal(device.set_pin(PIN)) == "full_sign_in_needed"


def test_a_device_whose_session_was_ended_from_another_needs_the_password(
    device: Device, resident: Newcomer, bus: SyncBus
) -> None:
    lost, mine = device.with_pin(PIN), Device(bus, resident.sign_in()).with_pin(PIN)
    ending = auth.EndSessionRequest.model_validate(mine.asked(ended=lost.tokens.session))
    bus.call(auth.END_SESSION, ending)
    assert refusal(lost.try_pin(PIN)) == "device_refused"
    mine.try_pin(PIN).result()


def test_ending_all_other_sessions_leaves_one_device_with_a_pin(
    device: Device, resident: Newcomer, bus: SyncBus
) -> None:
    lost, mine = device.with_pin(PIN), Device(bus, resident.sign_in()).with_pin(PIN)
    bus.call(auth.SIGN_OUT, auth.SessionRequest(user=lost.tokens.user, session=lost.tokens.session))
    bus.call(auth.END_SESSIONS, auth.EndSessionsRequest.model_validate(mine.asked(keep_current=True)))
    assert refusal(lost.try_pin(PIN)) == "device_refused", "also when its session was over already"
    opened = Device(bus, mine.try_pin(PIN).result(), key=mine.key)
    bus.call(auth.END_SESSIONS, auth.EndSessionsRequest.model_validate(opened.asked()))
    assert refusal(opened.try_pin(PIN)) == "device_refused"
