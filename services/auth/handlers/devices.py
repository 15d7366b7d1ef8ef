"""What a device is to its owner, its tickets, and switching its PIN off."""

from datetime import datetime

from sqlalchemy.orm import Session

from services.auth import tickets
from services.auth.handlers import audit
from services.auth.repository import devices
from services.auth.settings import Settings
from services.contracts.auth.devices import DeviceRequest, DeviceView, TicketReply, TicketRequest
from services.contracts.auth.words import SessionCommand


def view(session: Session, request: DeviceRequest) -> DeviceView:
    """The session's own device."""
    found = devices.device_of_session(session, request.user, request.session)
    if found is None:
        return DeviceView(device=None, pin=False, biometrics=False)
    _, device = found
    biometrics = device.pin_on and device.credential is not None
    return DeviceView(device=device.id, name=device.name, pin=device.pin_on, biometrics=biometrics)


def ticket(settings: Settings, request: TicketRequest, now: datetime) -> TicketReply:
    """A ticket for the device's key to sign. Nothing is looked up: an unknown device gets one too."""
    text = tickets.issue(settings, "pin", request.device, now)
    return TicketReply(ticket=text, expires_at=tickets.expiry(now))


def pin_off(session: Session, request: SessionCommand, now: datetime) -> None:
    """Switch the PIN of the session's device off, and biometrics with it; one that is off is left as it is."""
    found = devices.device_of_session(session, request.user, request.session)
    if found is None:
        return
    _, device = found
    if devices.take_pin_off(session, device.id):
        audit.by_person(session, "pin_off", request, now, account=device.account, device=device.id)
