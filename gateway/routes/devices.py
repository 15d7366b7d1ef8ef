"""PIN and biometrics: what a device may open the cabinet with, and opening it."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from gateway.devices import device_name
from gateway.errors import problems
from gateway.limits import ClientAddress, limited
from gateway.routes.common import Body, TheBus, Trace
from gateway.routes.identity import SignedIn, signed_in
from gateway.security import CurrentSession, from_our_page
from services.contracts import auth
from services.contracts.auth import devices
from services.contracts.auth.webauthn import NewCredential, UsedCredential
from services.contracts.auth.words import Pin, SessionCommand, Ticket
from services.contracts.errors import ServiceError

router = APIRouter(prefix="/api/v1", tags=["devices"])
_SESSION = ("unauthenticated", "session_ended", "csrf_failed")
_OPENING = ("ticket_stale", "too_many_requests", "csrf_failed")


class DeviceId(Body):
    """`device` is what the device was told when it signed in fully."""

    device: UUID


class NewPin(Body):
    """The ticket is signed by the device's key: ECDSA P-256, SHA-256, raw r||s, base64url.

    `public_key` (SPKI) for the first PIN, after a full sign-in; `current_pin` for another one.
    """

    pin: Pin
    current_pin: Pin | None = None
    public_key: devices.PublicKeyText | None = None
    ticket: Ticket
    signature: devices.Signature


class PinSignIn(Body):
    device: UUID
    pin: Pin
    ticket: Ticket
    signature: devices.Signature
    channel: auth.Channel = "web"


class NewBiometrics(Body):
    """`credential` is `toJSON()` of what `navigator.credentials.create()` gave; `pin` is this device's."""

    pin: Pin
    ticket: Ticket
    credential: NewCredential


class BiometricsSignIn(Body):
    """`credential` is `toJSON()` of what `navigator.credentials.get()` gave."""

    device: UUID
    ticket: Ticket
    credential: UsedCredential
    channel: auth.Channel = "web"


@router.get("/me/device", operation_id="my_device", responses={**problems(*_SESSION)})
async def my_device(session: CurrentSession, bus: TheBus) -> devices.DeviceView:
    """The device of this session: are PIN and biometrics on?"""
    asked = devices.DeviceRequest(user=session.view.user, session=session.view.session)
    return await bus.call(devices.DEVICE, asked, caller=session.caller, traceparent=session.traceparent)


@router.post(
    "/devices/tickets",
    operation_id="device_ticket",
    status_code=201,
    responses={**problems("too_many_requests")},
    dependencies=[limited("device")],
)
async def device_ticket(body: DeviceId, bus: TheBus, trace: Trace) -> devices.TicketReply:
    """A ticket for the device's key to sign; lives two minutes and works once."""
    asked = devices.TicketRequest(device=body.device)
    return await bus.call(devices.DEVICE_TICKET, asked, traceparent=trace)


@router.put(
    "/me/device/pin",
    operation_id="set_pin",
    status_code=204,
    responses={
        **problems(
            *_SESSION, "full_sign_in_needed", "ticket_stale", "device_refused", "pin_refused", "pin_off"
        )
    },
)
async def set_pin(body: NewPin, session: CurrentSession, bus: TheBus) -> None:
    """Sets the PIN of this device, or changes it. A wrong `current_pin` tells `tries_left`."""
    asked = session.command(devices.PinSetting, **dict(body))
    await bus.call(devices.SET_PIN, asked, caller=session.caller, traceparent=session.traceparent)


@router.delete("/me/device/pin", operation_id="pin_off", status_code=204, responses={**problems(*_SESSION)})
async def pin_off(session: CurrentSession, bus: TheBus) -> None:
    """Switches the PIN of this device off, and biometrics with it."""
    asked = session.command(SessionCommand)
    await bus.call(devices.PIN_OFF, asked, caller=session.caller, traceparent=session.traceparent)


@router.post(
    "/sessions/pin",
    operation_id="sign_in_by_pin",
    status_code=201,
    responses={**problems("pin_refused", "pin_off", "device_refused", *_OPENING)},
    dependencies=[limited("device")],
)
async def sign_in_by_pin(
    body: PinSignIn, request: Request, response: Response, bus: TheBus, address: ClientAddress, trace: Trace
) -> SignedIn:
    """Signs in with the PIN of a device that signs the ticket. A wrong one tells `tries_left`."""
    if not from_our_page(request):
        raise ServiceError("csrf_failed")
    asked = devices.PinSignIn(**dict(body), client=address, device_name=device_name(request))
    tokens = await bus.call(devices.SIGN_IN_BY_PIN, asked, traceparent=trace)
    return signed_in(tokens, request, response, web=body.channel == "web")


@router.post(
    "/me/device/biometrics/options",
    operation_id="biometrics_options",
    status_code=201,
    responses={**problems(*_SESSION, "pin_needed")},
)
async def biometrics_options(session: CurrentSession, bus: TheBus) -> devices.WebAuthnOptions:
    """What `navigator.credentials.create()` is to be asked (`parseCreationOptionsFromJSON`)."""
    asked = session.command(SessionCommand)
    return await bus.call(
        devices.BIOMETRICS_OPTIONS, asked, caller=session.caller, traceparent=session.traceparent
    )


@router.put(
    "/me/device/biometrics",
    operation_id="biometrics_on",
    status_code=204,
    responses={
        **problems(*_SESSION, "pin_needed", "ticket_stale", "biometrics_refused", "pin_refused", "pin_off")
    },
)
async def biometrics_on(body: NewBiometrics, session: CurrentSession, bus: TheBus) -> None:
    """Switches biometrics of this device on for whoever knows its PIN. A wrong one tells `tries_left`."""
    asked = session.command(devices.BiometricsSetting, **dict(body))
    await bus.call(devices.BIOMETRICS_ON, asked, caller=session.caller, traceparent=session.traceparent)


@router.delete(
    "/me/device/biometrics",
    operation_id="biometrics_off",
    status_code=204,
    responses={**problems(*_SESSION)},
)
async def biometrics_off(session: CurrentSession, bus: TheBus) -> None:
    """Switches biometrics of this device off; the PIN stays."""
    asked = session.command(SessionCommand)
    await bus.call(devices.BIOMETRICS_OFF, asked, caller=session.caller, traceparent=session.traceparent)


@router.post(
    "/sessions/biometrics/options",
    operation_id="biometrics_ticket",
    status_code=201,
    responses={**problems("too_many_requests")},
    dependencies=[limited("device")],
)
async def biometrics_ticket(body: DeviceId, bus: TheBus, trace: Trace) -> devices.WebAuthnOptions:
    """What `navigator.credentials.get()` is to be asked (`parseRequestOptionsFromJSON`)."""
    asked = devices.TicketRequest(device=body.device)
    return await bus.call(devices.BIOMETRICS_TICKET, asked, traceparent=trace)


@router.post(
    "/sessions/biometrics",
    operation_id="sign_in_by_biometrics",
    status_code=201,
    responses={**problems("biometrics_refused", *_OPENING)},
    dependencies=[limited("device")],
)
async def sign_in_by_biometrics(
    body: BiometricsSignIn,
    request: Request,
    response: Response,
    bus: TheBus,
    address: ClientAddress,
    trace: Trace,
) -> SignedIn:
    """Signs in with the answer of the device's authenticator, which has verified its owner."""
    if not from_our_page(request):
        raise ServiceError("csrf_failed")
    asked = devices.BiometricsSignIn(**dict(body), client=address, device_name=device_name(request))
    tokens = await bus.call(devices.SIGN_IN_BY_BIOMETRICS, asked, traceparent=trace)
    return signed_in(tokens, request, response, web=body.channel == "web")
