"""The PIN of a device: set, changed, signed in with. It is hashed between transactions, never inside one."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from pydantic import SecretStr

from services.auth import passwords, tickets
from services.auth.domain.device_keys import BadKey, parse_public_key, signed_by
from services.auth.domain.pins import is_trivial, pin_of
from services.auth.handlers import audit
from services.auth.handlers.pin_tries import Proof, take_try, wrong_pin
from services.auth.handlers.sessions import Opening, open_session
from services.auth.repository import devices
from services.auth.repository.devices import Known
from services.auth.settings import Settings
from services.chassis.db import Units
from services.contracts import auth
from services.contracts.auth.devices import PinSetting, PinSignIn
from services.contracts.errors import ServiceError
from services.contracts.validation import invalid

Clock = Callable[[], datetime]


def sign_in(db: Units, settings: Settings, request: PinSignIn, clock: Clock) -> auth.Tokens:
    """A session for the right PIN of a device that has proved its key. Raises what PinSignIn names."""
    ticket = tickets.read_for(settings, "pin", request.device, request.ticket, clock())
    proof = Proof(request.ticket, ticket.expires_at, request.client, request.channel)
    with db.begin() as session:
        device = devices.known(session, request.device)
        used = take_try(session, settings, device, proof, request.signature, clock())
    if isinstance(used, ServiceError):
        raise used
    assert device is not None
    check(db, settings, device, request.pin, used, proof, clock)
    opening = Opening(
        user=device.user,
        account=device.account,
        device=device.id,
        device_name=request.device_name or device.name,
        method="pin",
        channel=request.channel,
        client=request.client,
    )
    with db.begin() as session:
        devices.hold_owner(session, device.id)
        # Off or another one meanwhile: whoever did that wants nobody in by this one.
        if not devices.clear_pin_tries(session, device):
            raise ServiceError("pin_off")
        return open_session(session, settings, opening, clock())


def set_pin(db: Units, settings: Settings, request: PinSetting, clock: Clock) -> None:
    """The first PIN of a device after a full sign-in, or another one for who knows the present one.

    Raises what PinSetting names, and `invalid_request` for a PIN that everybody tries first.
    """
    if is_trivial(request.pin.get_secret_value()):
        raise invalid("pin", "trivial", "Такой PIN легко угадать. Придумайте другой.")
    with db.begin() as session:
        found = devices.device_of_session(session, request.user, request.session)
        if found is None:
            raise ServiceError("full_sign_in_needed")
        method, device = found
        ticket = tickets.read_for(settings, "pin", device.id, request.ticket, clock())
        proof = Proof(request.ticket, ticket.expires_at, request.client, signed=request.session)
        used: int | ServiceError = 0
        key = device.public_key or b""
        if device.pin_on:
            if request.current_pin is None:
                raise invalid("current_pin", "missing", "Введите нынешний PIN.")
            used = take_try(session, settings, device, proof, request.signature, clock())
        else:
            if method != "password":
                raise ServiceError("full_sign_in_needed")
            key = _proved_key(request)
            tickets.spend(session, request.ticket, ticket.expires_at)
    if device.pin_on:
        if isinstance(used, ServiceError):
            raise used
        assert request.current_pin is not None
        check(db, settings, device, request.current_pin, used, proof, clock)
    _keep(db, settings, device, request, key, clock)


def _keep(
    db: Units, settings: Settings, device: Known, request: PinSetting, public_key: bytes, clock: Clock
) -> None:
    hashed = passwords.hash_password(settings, _hashed(device.id, request.pin))
    with db.begin() as session:
        if not devices.put_pin(session, device, request.session, public_key, hashed, clock()):
            raise ServiceError("full_sign_in_needed")
        if not device.pin_on:
            devices.drop_authenticator(session, device.id)
        audit.by_person(
            session,
            "pin_set",
            request,
            clock(),
            account=device.account,
            device=device.id,
            changed=device.pin_on,
        )


def check(
    db: Units, settings: Settings, device: Known, pin: SecretStr, used: int, proof: Proof, clock: Clock
) -> None:
    """Return when it is the PIN that the device was read with; the refusal is on the trail when it is raised."""
    if passwords.matches(settings, device.pin_hash, _hashed(device.id, pin)):
        return
    with db.begin() as session:
        refusal = wrong_pin(session, settings, device, used, proof, clock())
    raise refusal


def _proved_key(request: PinSetting) -> bytes:
    """The new public key, which must have signed the ticket."""
    if request.public_key is None:
        raise invalid("public_key", "missing", "Нет ключа устройства.")
    try:
        key = parse_public_key(request.public_key)
    except BadKey as error:
        raise invalid("public_key", "unreadable", "Ключ устройства не подходит.") from error
    if not signed_by(key, request.ticket, request.signature):
        raise ServiceError("device_refused")
    return key


def _hashed(device: UUID, pin: SecretStr) -> SecretStr:
    return SecretStr(pin_of(device, pin.get_secret_value()))
