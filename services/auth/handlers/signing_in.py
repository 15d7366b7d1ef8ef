"""Signing in with account number and password: counted before it is looked at, the same work for nobody's account."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

from services.auth import metrics, passwords
from services.auth.domain.limits import Failures
from services.auth.domain.tokens import marked_device
from services.auth.handlers import audit, sessions
from services.auth.handlers.limits import count_failure
from services.auth.repository import limits, users
from services.auth.settings import Settings
from services.chassis.db import Units
from services.contracts import auth
from services.contracts.errors import ServiceError

Clock = Callable[[], datetime]


def sign_in(db: Units, settings: Settings, request: auth.SignInRequest, clock: Clock) -> auth.Tokens:
    """A session for the right password. A device with a mark of ours for this account has tries of its own.

    Raises `sign_in_refused`, the same for an unknown account (`retry_after` when this try locked it), or
    `too_many_requests` while it is locked. The password is hashed between transactions, never inside one.
    """
    mark = request.mark.get_secret_value() if request.mark else None
    device = marked_device(settings.pepper.get_secret_value(), mark, request.account)
    subject = f"{request.account}:{device}" if device else request.account
    with db.begin() as session:
        counted = count_failure(session, subject, clock())
        user, stored = users.password_of(session, request.account) or (None, None)
    right = passwords.matches(settings, stored, request.password)
    if not right or user is None or stored is None:
        raise _refused(db, request, user, device, counted, clock())
    renewed = passwords.renewed(settings, stored, request.password)
    opening = sessions.Opening(
        user=user,
        account=request.account,
        device=device or uuid4(),
        device_name=request.device_name,
        method="password",
        channel=request.channel,
        client=request.client,
    )
    with db.begin() as session:
        if users.hold_password(session, user, stored, renewed):
            limits.clear_failures(session, subject)
            return sessions.open_session(session, settings, opening, clock())
    # Changed while it was being verified, and whoever changed it ended the sessions: look at what it is now.
    return sign_in(db, settings, request, clock)


def _refused(
    db: Units,
    request: auth.SignInRequest,
    user: UUID | None,
    device: UUID | None,
    counted: Failures,
    now: datetime,
) -> ServiceError:
    """The refusal, once it is on the trail. The try that locks tells how long already."""
    wait = counted.wait(now)
    metrics.SIGN_IN_FAILURES.inc()
    if wait:
        metrics.LOCKS.inc()
    with db.begin() as session:
        audit.record(
            session,
            "sign_in_locked" if wait else "sign_in_refused",
            now,
            account=request.account,
            user=user,
            device=device,
            client=request.client,
            channel=request.channel,
        )
    return ServiceError("sign_in_refused", retry_after=wait) if wait else ServiceError("sign_in_refused")
