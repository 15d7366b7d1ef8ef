"""PIN and biometrics of a device: its key pair is proved at every use, a ticket is answered once."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from services.contracts.auth.webauthn import NewCredential, UsedCredential
from services.contracts.auth.words import (
    SERVICE,
    Channel,
    Client,
    DeviceName,
    Pin,
    SessionCommand,
    Ticket,
    Tokens,
    WithSecrets,
)
from services.contracts.base import Done, Moment, Operation, Reply, Request

Signature = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{86}$")]
"""ECDSA P-256, SHA-256, over the ticket's UTF-8 bytes: raw r||s (WebCrypto) in base64url without padding."""
PublicKeyText = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,512}$")]
"""P-256 SubjectPublicKeyInfo (DER) in base64url without padding, as WebCrypto exports `spki`."""


class DeviceRequest(Request):
    user: UUID
    session: UUID


class DeviceView(Reply):
    """The device of a session: what it may open the cabinet with. None: the session is older than devices are."""

    device: UUID | None
    name: str = ""
    pin: bool
    biometrics: bool


class TicketRequest(Request):
    """A ticket for a device; an unknown device gets one too."""

    device: UUID


class TicketReply(Reply):
    ticket: Ticket
    expires_at: Moment


class PinSetting(SessionCommand):
    """Set the PIN of the session's device, or change it; the ticket is signed by the device's key.

    Without a PIN: the session must be a full sign-in, and `public_key` is the device's. With one: `current_pin`,
    counted as at sign-in. Errors: `full_sign_in_needed`, `ticket_stale`, `device_refused`, `pin_refused`
    (`tries_left`), `pin_off`.
    """

    pin: Pin
    current_pin: Pin | None = None
    public_key: PublicKeyText | None = None
    ticket: Ticket
    signature: Signature


class PinSignIn(WithSecrets):
    """Errors: `ticket_stale` and `device_refused` cost no try; `pin_refused` (`tries_left`); `pin_off`."""

    device: UUID
    pin: Pin
    ticket: Ticket
    signature: Signature
    client: Client
    channel: Channel = "app"
    device_name: DeviceName = ""


class WebAuthnOptions(Reply):
    """`options` is what the browser's `parse…OptionsFromJSON` takes; the ticket comes back with its answer."""

    ticket: Ticket
    options: dict[str, Any]


class BiometricsSetting(SessionCommand):
    """`credential` is the browser's `toJSON()`; `pin` is counted as at sign-in, once the credential is sound.

    Errors: `pin_needed`, `ticket_stale`, `biometrics_refused`, `pin_refused` (`tries_left`), `pin_off`.
    """

    pin: Pin
    ticket: Ticket
    credential: NewCredential


class BiometricsSignIn(WithSecrets):
    """Errors: `ticket_stale`, `biometrics_refused`."""

    device: UUID
    ticket: Ticket
    credential: UsedCredential
    client: Client
    channel: Channel = "app"
    device_name: DeviceName = ""


DEVICE = Operation(SERVICE, "device", DeviceRequest, DeviceView)
DEVICE_TICKET = Operation(SERVICE, "device_ticket", TicketRequest, TicketReply)
SET_PIN = Operation(SERVICE, "set_pin", PinSetting, Done, timeout=10.0, heavy=True)
PIN_OFF = Operation(SERVICE, "pin_off", SessionCommand, Done)
SIGN_IN_BY_PIN = Operation(SERVICE, "sign_in_by_pin", PinSignIn, Tokens, timeout=10.0, heavy=True)
BIOMETRICS_OPTIONS = Operation(SERVICE, "biometrics_options", SessionCommand, WebAuthnOptions)
BIOMETRICS_ON = Operation(SERVICE, "biometrics_on", BiometricsSetting, Done, timeout=10.0, heavy=True)
BIOMETRICS_OFF = Operation(SERVICE, "biometrics_off", SessionCommand, Done)
BIOMETRICS_TICKET = Operation(SERVICE, "biometrics_ticket", TicketRequest, WebAuthnOptions)
SIGN_IN_BY_BIOMETRICS = Operation(SERVICE, "sign_in_by_biometrics", BiometricsSignIn, Tokens)
OPERATIONS = (
    DEVICE,
    DEVICE_TICKET,
    SET_PIN,
    PIN_OFF,
    SIGN_IN_BY_PIN,
    BIOMETRICS_OPTIONS,
    BIOMETRICS_ON,
    BIOMETRICS_OFF,
    BIOMETRICS_TICKET,
    SIGN_IN_BY_BIOMETRICS,
)
