"""A try at a PIN: the device's key comes first and costs nothing, then it is counted, the fifth wrong one blocks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.auth import letters, metrics, tickets
from services.auth.domain.acts import ActName
from services.auth.domain.device_keys import signed_by
from services.auth.domain.pins import PIN_TRIES
from services.auth.handlers import audit
from services.auth.repository import devices
from services.auth.repository.devices import Known
from services.auth.settings import Settings
from services.common.russian import date_time
from services.contracts.errors import ServiceError


@dataclass(frozen=True)
class Proof:
    """The ticket that a try is made with, and where it came from."""

    ticket: str
    expires_at: datetime
    client: str
    channel: str | None = None
    signed: UUID | None = None


def take_try(
    session: Session, settings: Settings, device: Known | None, proof: Proof, signature: str, now: datetime
) -> int | ServiceError:
    """How many tries are used, with this one; or the refusal, raised after the commit that it needs.

    Whoever cannot prove the device's key takes no try of its owner's and learns nothing of the PIN.
    Raises `ticket_stale`.
    """
    if device is None or device.public_key is None:
        return ServiceError("device_refused")
    if not signed_by(device.public_key, proof.ticket, signature):
        _record(session, "pin_refused", device, proof, now, reason="key")
        return ServiceError("device_refused")
    return count_try(session, settings, device, proof, now)


def count_try(
    session: Session, settings: Settings, device: Known, proof: Proof, now: datetime
) -> int | ServiceError:
    """As `take_try`, of a device that is known to be the one. Raises `ticket_stale`."""
    if device.pin_hash is None:
        return ServiceError("pin_off")
    tickets.spend(session, proof.ticket, proof.expires_at)
    used = devices.count_pin_try(session, device)
    if used is None:
        # One more than there are: at once with the last, or after a process that died before it blocked.
        _block(session, settings, device, proof, now)
        return ServiceError("pin_off")
    return used


def wrong_pin(
    session: Session, settings: Settings, device: Known, used: int, proof: Proof, now: datetime
) -> ServiceError:
    """The refusal of a wrong PIN, raised after the commit; the last try takes the PIN off."""
    metrics.PIN_FAILURES.inc()
    left = PIN_TRIES - used
    _record(session, "pin_refused", device, proof, now, tries_left=left)
    if left > 0:
        return ServiceError("pin_refused", tries_left=left)
    _block(session, settings, device, proof, now)
    return ServiceError("pin_off")


def _block(session: Session, settings: Settings, device: Known, proof: Proof, now: datetime) -> None:
    if not devices.block_pin(session, device):
        return
    metrics.PIN_BLOCKS.inc()
    _record(session, "pin_blocked", device, proof, now)
    params = {"account": device.account, "at": date_time(now), "device": device.name}
    letters.send(session, settings, "pin_blocked", recipient=device.email, user=device.user, params=params)


def _record(
    session: Session, act: ActName, device: Known, proof: Proof, now: datetime, **details: Any
) -> None:
    audit.record(
        session,
        act,
        now,
        account=device.account,
        user=device.user,
        signed=proof.signed,
        device=device.id,
        client=proof.client,
        channel=proof.channel,
        **details,
    )
