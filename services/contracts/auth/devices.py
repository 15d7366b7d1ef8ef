"""PIN and biometrics of a device: its key pair is proved at every use, a ticket is answered once."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

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

Signature = Annotated[str, Field(min_length=1, max_length=512)]
"""ECDSA P-256, SHA-256, over the ticket's UTF-8 bytes: raw r||s (WebCrypto) in base64url without padding."""
PublicKeyText = Annotated[str, Field(min_length=1, max_length=512)]
"""P-256 SubjectPublicKeyInfo (DER) in base64url without padding, as WebCrypto exports `spki`."""


class DeviceRequest(Request):
    user: UUID
    session: UUID


class DeviceView(Reply):
    """The device of a session: what it may open the cabinet with."""

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
    """Set the PIN of the session's device, or change it.

    Without a PIN: the session must be a full sign-in, and `public_key` is the device's. With one: `current_pin`.
    """

    pin: Pin
    current_pin: Pin | None = None
    public_key: PublicKeyText | None = None
    ticket: Ticket
    signature: Signature


class PinSignIn(WithSecrets):
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
    """`credential` is the browser's `toJSON()`."""

    ticket: Ticket
    credential: dict[str, Any]


class BiometricsSignIn(WithSecrets):
    device: UUID
    ticket: Ticket
    credential: dict[str, Any]
    client: Client
    channel: Channel = "app"
    device_name: DeviceName = ""


DEVICE = Operation(SERVICE, "device", DeviceRequest, DeviceView)
DEVICE_TICKET = Operation(SERVICE, "device_ticket", TicketRequest, TicketReply)
SET_PIN = Operation(SERVICE, "set_pin", PinSetting, Done, timeout=10.0)
PIN_OFF = Operation(SERVICE, "pin_off", SessionCommand, Done)
SIGN_IN_BY_PIN = Operation(SERVICE, "sign_in_by_pin", PinSignIn, Tokens, timeout=10.0)
BIOMETRICS_OPTIONS = Operation(SERVICE, "biometrics_options", SessionCommand, WebAuthnOptions)
BIOMETRICS_ON = Operation(SERVICE, "biometrics_on", BiometricsSetting, Done)
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
