"""Biometrics of a device: a WebAuthn authenticator built into it that verifies its owner; only with a PIN on."""

import hashlib
import hmac
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from webauthn.helpers import bytes_to_base64url

from services.auth import authenticators, metrics, tickets
from services.auth.authenticators import Registered
from services.auth.domain.acts import ActName
from services.auth.handlers import audit, pins
from services.auth.handlers.pin_tries import Proof, count_try
from services.auth.handlers.pins import Clock
from services.auth.handlers.sessions import Opening, open_session
from services.auth.models import Authenticator
from services.auth.repository import devices
from services.auth.repository.devices import Known
from services.auth.settings import Settings
from services.chassis.db import Units
from services.contracts import auth
from services.contracts.auth.devices import (
    BiometricsSetting,
    BiometricsSignIn,
    TicketRequest,
    WebAuthnOptions,
)
from services.contracts.auth.words import SessionCommand
from services.contracts.errors import ServiceError


def creation(session: Session, settings: Settings, request: SessionCommand, now: datetime) -> WebAuthnOptions:
    """What the session's device asks its authenticator to make. Raises `pin_needed`.

    The user handle is the device's: a passkey shared among somebody's devices must not replace another's.
    """
    device = _with_pin(session, request, lock=False)
    ticket = tickets.issue(settings, "webauthn-create", device.id, now)
    known = [device.credential] if device.credential else []
    options = authenticators.creation_options(
        settings, ticket, device.id, device.account, known, platform=True
    )
    return WebAuthnOptions(ticket=ticket, options=options)


def switch_on(db: Units, settings: Settings, request: BiometricsSetting, clock: Clock) -> None:
    """Keep the authenticator of the session's device, in place of a former one, for whoever knows the PIN.

    A credential that does not hold costs no try. Raises what BiometricsSetting names.
    """
    with db.begin() as session:
        device = _with_pin(session, request, lock=True)
        ticket = tickets.read_for(settings, "webauthn-create", device.id, request.ticket, clock())
        proof = Proof(request.ticket, ticket.expires_at, request.client, signed=request.session)
        made = authenticators.registered(settings, request.ticket, request.credential)
        used: int | ServiceError = ServiceError("biometrics_refused")
        if made is None or devices.is_of_another_device(session, made.id, device.id):
            about: dict[str, Any] = {"signed": request.session, "client": request.client}
            _record(session, "biometrics_refused", device, clock(), reason="registration", **about)
        else:
            used = count_try(session, settings, device, proof, clock())
    if isinstance(used, ServiceError):
        raise used
    assert made is not None
    pins.check(db, settings, device, request.pin, used, proof, clock)
    _keep(db, device, made, request, clock)


def _keep(db: Units, device: Known, made: Registered, request: BiometricsSetting, clock: Clock) -> None:
    authenticator = Authenticator(
        id=made.id,
        device_id=device.id,
        public_key=made.public_key,
        sign_count=made.sign_count,
        created_at=clock(),
    )
    with db.begin() as session:
        # The session has ended or the PIN is another one meanwhile: whoever did that wants no new way in.
        now = _with_pin(session, request, lock=True)
        if not devices.clear_pin_tries(session, device):
            raise ServiceError("pin_off")
        if not devices.put_authenticator(session, authenticator):
            raise ServiceError("biometrics_refused")
        about: dict[str, Any] = {"signed": request.session, "client": request.client}
        _record(session, "biometrics_on", now, clock(), **about)


def switch_off(session: Session, request: SessionCommand, now: datetime) -> None:
    """Forget the authenticator of the session's device; the PIN stays."""
    found = devices.device_of_session(session, request.user, request.session, lock=True)
    if found and devices.drop_authenticator(session, found[1].id):
        _record(session, "biometrics_off", found[1], now, signed=request.session, client=request.client)


def ticket(session: Session, settings: Settings, request: TicketRequest, now: datetime) -> WebAuthnOptions:
    """What a device asks its authenticator at sign-in; a device without one, or an unknown one, looks alike."""
    device = devices.known(session, request.device)
    kept = device.credential if device and device.pin_on else None
    text = tickets.issue(settings, "webauthn-get", request.device, now)
    options = authenticators.request_options(settings, text, [kept or _decoy(settings, request.device)])
    return WebAuthnOptions(ticket=text, options=options)


def sign_in(
    session: Session, settings: Settings, request: BiometricsSignIn, now: datetime
) -> auth.Tokens | None:
    """A session for a sound answer of the device's authenticator. None, to be committed: refused.

    Raises `ticket_stale`, `biometrics_refused`. A counter that has not grown tells of a copy of the key: nobody
    gets in by it any more.
    """
    ticket = tickets.read_for(settings, "webauthn-get", request.device, request.ticket, now)
    devices.hold_owner(session, request.device)
    device = devices.known(session, request.device, lock=True)
    if device is None:
        raise ServiceError("biometrics_refused")
    about: dict[str, Any] = {"client": request.client, "channel": request.channel}
    counter = _sound(settings, device, request)
    if counter is None:
        _record(session, "biometrics_refused", device, now, reason="answer", **about)
        return None
    tickets.spend(session, request.ticket, ticket.expires_at)
    if not devices.count_signature(session, request.credential.id, counter):
        devices.drop_authenticator(session, device.id)
        metrics.COPIED_KEYS.inc()
        _record(session, "biometrics_refused", device, now, reason="counter", **about)
        return None
    opening = Opening(
        user=device.user,
        account=device.account,
        device=device.id,
        device_name=request.device_name or device.name,
        method="biometrics",
        channel=request.channel,
        client=request.client,
    )
    return open_session(session, settings, opening, now)


def _sound(settings: Settings, device: Known, request: BiometricsSignIn) -> int | None:
    """The counter of an answer by the device's own authenticator, with a PIN on."""
    given = request.credential
    if not device.pin_on or device.credential != given.id or device.credential_key is None:
        return None
    return authenticators.sign_count(settings, request.ticket, given, device.credential_key)


def _with_pin(session: Session, request: SessionCommand, *, lock: bool) -> Known:
    found = devices.device_of_session(session, request.user, request.session, lock=lock)
    if found is None or not found[1].pin_on:
        raise ServiceError("pin_needed")
    return found[1]


def _decoy(settings: Settings, device: UUID) -> str:
    """A credential id for a device that has none: always the same one, as a real one would be."""
    pepper = settings.pepper.get_secret_value().encode()
    return bytes_to_base64url(hmac.digest(pepper, b"no-credential:" + device.bytes, hashlib.sha256))


def _record(session: Session, act: ActName, device: Known, now: datetime, **about: Any) -> None:
    audit.record(session, act, now, account=device.account, user=device.user, device=device.id, **about)
