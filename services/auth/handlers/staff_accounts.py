"""What staff do with an account: who holds it, take it away, give it back, read the audit trail."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.auth import letters
from services.auth.domain.acts import ActName
from services.auth.handlers import audit
from services.auth.handlers.deletion import delete_profile
from services.auth.handlers.profiles import profile_changed
from services.auth.repository import accounts, staff
from services.auth.repository.staff import SignedStaff
from services.auth.settings import Settings
from services.chassis.roles import require_role
from services.contracts.auth import staff as contract
from services.contracts.caller import Caller
from services.contracts.errors import ServiceError
from services.contracts.validation import invalid


def acting(session: Session, role: contract.Role, now: datetime) -> SignedStaff:
    """The call's member of staff, in a live session, with the role by auth's own table.

    Raises `forbidden`, or `session_ended` for one that ended while the call was on its way.
    """
    caller = require_role(role)
    if caller.user is None or caller.session is None:
        raise ServiceError("forbidden")
    found = staff.signed_staff(session, caller.user, caller.session, now)
    if found is None:
        raise ServiceError("session_ended")
    if not Caller(kind="staff", roles=list(found.roles)).may(role):
        raise ServiceError("forbidden")
    return found


def look_up(session: Session, request: contract.AccountLookup, now: datetime) -> contract.AccountHolders:
    """Everybody who holds the account, the primary holder first; none for one that nobody has."""
    actor = acting(session, "support", now)
    found = accounts.holders_of(session, request.account)
    _record(session, "account_looked_up", actor, request, now, holders=len(found))
    return contract.AccountHolders(
        account=request.account,
        holders=[contract.Holder.model_validate(row, from_attributes=True) for row in found],
    )


def release(session: Session, settings: Settings, request: contract.LinkRelease, now: datetime) -> None:
    """Take the account from a profile and tell its owner; without its primary account a profile is deleted.

    Raises `not_found` when the profile does not hold it.
    """
    actor = acting(session, "support", now)
    held = _held(session, request)
    _record(session, "link_released", actor, request, now, reason=request.reason, primary=held.primary)
    farewell = {"account": request.account}
    if held.primary:
        delete_profile(
            session,
            settings,
            request.user,
            now,
            signed=actor.session,
            client=request.client,
            actor=_name(actor),
            reason="released",
        )
        # After the deletion, which takes back every letter that still waits for this address.
        letters.send(session, settings, "account_released", recipient=held.email, params=farewell)
        return
    accounts.unlink(session, request.user, request.account)
    profile_changed(session, request.user)
    if not held.removed:
        letters.send(
            session,
            settings,
            "account_released",
            recipient=held.email,
            params=farewell,
            user=request.user,
        )


def unfreeze(session: Session, request: contract.LinkUnfreezing, now: datetime) -> None:
    """Give a frozen link back. Raises `not_found` when the profile has no such link."""
    actor = acting(session, "support", now)
    _held(session, request)
    if not accounts.unfreeze(session, request.user, request.account):
        raise ServiceError("not_found")
    profile_changed(session, request.user)
    _record(session, "link_unfrozen", actor, request, now, reason=request.reason)


def trail(session: Session, request: contract.AuditRequest, now: datetime) -> contract.AuditTrail:
    """Acts of an account, of a user, or of both; reading them is an act too, seen by the next reader."""
    actor = acting(session, "admin", now)
    if request.account is None and request.user is None:
        raise invalid("account", "missing", "Укажите лицевой счёт или пользователя.")
    found = audit.trail(session, request.account, request.user, request.limit)
    _record(session, "audit_read", actor, request, now, acts=len(found))
    return contract.AuditTrail(acts=found)


def _held(session: Session, request: contract.LinkRelease | contract.LinkUnfreezing) -> accounts.Holder:
    """The profile's link, with the profile held so that changes of it take turns."""
    accounts.lock_user(session, request.user)
    found = accounts.holders_of(session, request.account)
    held = next((row for row in found if row.user == request.user), None)
    if held is None:
        raise ServiceError("not_found")
    return held


def _record(
    session: Session,
    act: ActName,
    actor: SignedStaff,
    request: contract.AccountLookup | contract.LinkRelease | contract.LinkUnfreezing | contract.AuditRequest,
    now: datetime,
    **details: Any,
) -> None:
    audit.record(
        session,
        act,
        now,
        account=request.account,
        user=None if isinstance(request, contract.AccountLookup) else request.user,
        signed=actor.session,
        client=request.client,
        actor=_name(actor),
        **details,
    )


def _name(actor: SignedStaff) -> str:
    return f"staff:{actor.login}"
