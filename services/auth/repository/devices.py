"""Queries of devices: their PINs and authenticators."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, exists, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.auth.domain.pins import PIN_TRIES
from services.auth.models import Authenticator, Device, LinkedAccount, SignedSession, User


@dataclass(frozen=True)
class Known:
    """A device, whose it is, and what it may open the cabinet with."""

    id: UUID
    user: UUID
    name: str
    public_key: bytes | None
    pin_hash: str | None = field(repr=False)
    pin_failures: int
    email: str = field(repr=False)
    account: str
    credential: str | None
    credential_key: bytes | None

    @property
    def pin_on(self) -> bool:
        """Tries that are used up but not yet acted upon (a process died) leave no PIN either."""
        return self.pin_hash is not None and self.pin_failures < PIN_TRIES


def known(session: Session, device: UUID, *, lock: bool = False) -> Known | None:
    """Locked, the device keeps its PIN until this transaction ends. Devices are locked before what is theirs."""
    found = _devices().where(Device.id == device)
    row = session.execute(found.with_for_update(of=Device) if lock else found).first()
    return Known(*row) if row else None


def hold_owner(session: Session, device: UUID) -> None:
    """Before a device is locked to open a session: whoever holds its user (a recovery, a change of the password, a
    deletion) wants the device next, and a session cannot be made without the user. A statement of its own: the next
    one sees what they have done."""
    owner = select(Device.user_id).where(Device.id == device).scalar_subquery()
    session.execute(select(User.id).where(User.id == owner).with_for_update(read=True, key_share=True))


def device_of_session(
    session: Session, user: UUID, signed: UUID, *, lock: bool = False
) -> tuple[str, Known] | None:
    """How a live session was opened, and its device; None when it is ended, unknown, or older than devices are."""
    found = (
        _devices()
        .add_columns(SignedSession.method)
        .join(SignedSession, SignedSession.device_id == Device.id)
        .where(SignedSession.id == signed, SignedSession.user_id == user, SignedSession.ended_at.is_(None))
    )
    row = session.execute(found.with_for_update(of=Device) if lock else found).first()
    if row is None:
        return None
    *device, method = row
    return method, Known(*device)


def put_pin(
    session: Session, device: Known, signed: UUID, public_key: bytes, pin_hash: str, now: datetime
) -> bool:
    """A new PIN in place of the one that `device` was read with.

    False when that one is gone meanwhile, or the session has ended. The lock is a statement of its own: the next
    one sees what a recovery has done while it was waited for.
    """
    session.execute(select(Device.id).where(Device.id == device.id).with_for_update())
    alive = exists().where(SignedSession.id == signed, SignedSession.ended_at.is_(None))
    return _touched(
        session,
        update(Device)
        .where(Device.id == device.id, Device.pin_hash.is_not_distinct_from(device.pin_hash), alive)
        .values(public_key=public_key, pin_hash=pin_hash, pin_failures=0, pin_set_at=now),
    )


def count_pin_try(session: Session, device: Known) -> int | None:
    """Count a try before it is looked at: tries at once cannot outrun the count. None when there is none left."""
    return session.scalar(
        update(Device)
        .where(
            Device.id == device.id,
            Device.pin_hash == device.pin_hash,
            Device.pin_failures < PIN_TRIES,
        )
        .values(pin_failures=Device.pin_failures + 1)
        .returning(Device.pin_failures)
    )


def clear_pin_tries(session: Session, device: Known) -> bool:
    """After a right PIN. False when the PIN is off or another one meanwhile."""
    return _touched(
        session,
        update(Device)
        .where(Device.id == device.id, Device.pin_hash == device.pin_hash)
        .values(pin_failures=0),
    )


def block_pin(session: Session, device: Known) -> bool:
    """Take a PIN off whose tries are used up, biometrics with it; False when somebody else has, or it is right."""
    spent = _pin_off().where(
        Device.id == device.id, Device.pin_hash == device.pin_hash, Device.pin_failures >= PIN_TRIES
    )
    if not _touched(session, spent):
        return False
    drop_authenticator(session, device.id)
    return True


def take_pin_off(session: Session, device: UUID) -> bool:
    """As its owner wishes, biometrics with it; False when it was off. The key stays: it proves who is told so."""
    taken = _touched(session, _pin_off().where(Device.id == device, Device.pin_hash.is_not(None)))
    drop_authenticator(session, device)
    return taken


def forget_secrets(session: Session, user: UUID, *, of: UUID | None = None, but: UUID | None = None) -> None:
    """Every PIN, key and authenticator of a user's devices: afterwards they need the password.

    Of the device of one session (`of`), or of all `but` that of one. Call it before ending sessions (a sign-in by
    PIN locks the device, then its sessions). Devices without a PIN are locked too: one that is being set waits, and
    finds its session ended.
    """
    devices = [Device.user_id == user]
    if of is not None:
        devices.append(Device.id == _device_of(of))
    if but is not None:
        devices.append(Device.id.is_distinct_from(_device_of(but)))
    session.execute(_pin_off().where(*devices).values(public_key=None))
    theirs = select(Device.id).where(*devices)
    session.execute(delete(Authenticator).where(Authenticator.device_id.in_(theirs)))


def is_of_another_device(session: Session, credential: str, device: UUID) -> bool:
    found = exists().where(Authenticator.id == credential, Authenticator.device_id != device)
    return bool(session.scalar(select(found)))


def put_authenticator(session: Session, authenticator: Authenticator) -> bool:
    """The device's only one. False when its id has become another device's this moment."""
    drop_authenticator(session, authenticator.device_id)
    values = {column.key: getattr(authenticator, column.key) for column in Authenticator.__table__.columns}
    added = insert(Authenticator).values(values).on_conflict_do_nothing().returning(Authenticator.id)
    return session.scalar(added) is not None


def count_signature(session: Session, credential: str, sign_count: int) -> bool:
    """Keep the counter of a sound answer. False when it has not grown: somebody has a copy of the key.

    Authenticators that share a passkey among devices do not count: theirs is always 0.
    """
    grown = Authenticator.sign_count < sign_count
    uncounted = (Authenticator.sign_count == 0) & (sign_count == 0)
    return _touched(
        session,
        update(Authenticator)
        .where(Authenticator.id == credential, grown | uncounted)
        .values(sign_count=sign_count),
    )


def drop_authenticator(session: Session, device: UUID) -> bool:
    return _touched(session, delete(Authenticator).where(Authenticator.device_id == device))


def _devices() -> Select[*tuple[Any, ...]]:
    """Columns as `Known` has them."""
    return (
        select(
            Device.id,
            Device.user_id,
            Device.name,
            Device.public_key,
            Device.pin_hash,
            Device.pin_failures,
            User.email,
            LinkedAccount.account,
            Authenticator.id,
            Authenticator.public_key,
        )
        .join(User, User.id == Device.user_id)
        .join(LinkedAccount, (LinkedAccount.user_id == Device.user_id) & LinkedAccount.is_primary)
        .outerjoin(Authenticator, Authenticator.device_id == Device.id)
    )


def _device_of(signed: UUID) -> Any:
    return select(SignedSession.device_id).where(SignedSession.id == signed).scalar_subquery()


def _pin_off() -> Any:
    return update(Device).values(pin_hash=None, pin_failures=0, pin_set_at=None)


def _touched(session: Session, statement: Any) -> bool:
    return bool(session.execute(statement).rowcount)  # type: ignore[attr-defined]
