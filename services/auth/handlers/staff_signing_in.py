"""Staff sign in with a password, then with a second factor; each is counted before it is looked at."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from services.auth import authenticators, metrics, passwords, tickets, totp
from services.auth.domain.limits import Failures
from services.auth.handlers import audit, staff_sessions
from services.auth.handlers.limits import count_failure
from services.auth.models import Staff, StaffAuthenticator
from services.auth.repository import limits
from services.auth.repository import staff as table
from services.auth.settings import Settings
from services.chassis.db import Units
from services.contracts.auth.staff import Factor, SecondFactor, StaffPasswordRequest, StaffSignIn, StaffTokens
from services.contracts.errors import ServiceError

Clock = Callable[[], datetime]
_TIME_TO_PROVE = timedelta(minutes=5)


@dataclass(frozen=True)
class _Proof:
    """What a right second factor uses up: a step of TOTP, or a count of an authenticator."""

    step: int | None = None
    credential: str | None = None
    count: int = 0


def by_password(db: Units, settings: Settings, request: StaffPasswordRequest, clock: Clock) -> SecondFactor:
    """A ticket for the second factor, after a right password.

    Raises `staff_sign_in_refused`, the same after the same work for a login that nobody has (`retry_after` when
    this try locked it), or `too_many_requests` while it is locked.
    """
    subject = f"staff:{request.login}"
    with db.begin() as session:
        counted = count_failure(session, subject, clock())
        row = table.by_login(session, request.login)
    stored = row.password_hash if row and not row.disabled_at else None
    if not passwords.matches(settings, stored, request.password) or row is None:
        raise _refused(db, row, counted, "password", request.client, clock())
    with db.begin() as session:
        limits.clear_failures(session, subject)
        keys = table.authenticators(session, row.id)
    ticket = tickets.issue(settings, "staff-sign-in", row.id, clock(), _TIME_TO_PROVE)
    factors: list[Factor] = ["webauthn"] if keys else []
    if row.totp_secret is not None:
        factors.append("totp")
    options = authenticators.request_options(settings, ticket, [key.id for key in keys]) if keys else None
    return SecondFactor(ticket=ticket, factors=factors, options=options)


def by_factor(db: Units, settings: Settings, request: StaffSignIn, clock: Clock) -> StaffTokens:
    """A session, after a right second factor.

    Its tries are counted by themselves: a right password gives no new ones, only a whole sign-in does.
    Raises `ticket_stale`, `staff_sign_in_refused`, `too_many_requests`.
    """
    ticket = tickets.read(settings, "staff-sign-in", request.ticket, clock())
    with db.begin() as session:
        counted = count_failure(session, _factor(ticket.subject), clock())
        row = table.by_id(session, ticket.subject)
        keys = table.authenticators(session, ticket.subject)
    proof = _proof(settings, row, keys, request, clock())
    if proof is None or row is None:
        raise _refused(db, row, counted, "factor", request.client, clock())
    with db.begin() as session:
        tickets.spend(session, request.ticket, ticket.expires_at)
        if _use(session, row, proof):
            limits.clear_failures(session, _factor(row.id))
            factor: Factor = "totp" if proof.credential is None else "webauthn"
            return staff_sessions.open_session(session, settings, row, factor, request.client, clock())
    raise _refused(db, row, counted, "factor", request.client, clock())


def _factor(staff: UUID) -> str:
    return f"staff-factor:{staff}"


def _proof(
    settings: Settings,
    row: Staff | None,
    keys: Sequence[StaffAuthenticator],
    request: StaffSignIn,
    now: datetime,
) -> _Proof | None:
    """What the second factor proves; None when it is wrong."""
    if row is None:
        return None
    if request.credential is not None:
        key = next((key for key in keys if key.id == request.credential.id), None)
        if key is None:
            return None
        count = authenticators.sign_count(settings, request.ticket, request.credential, key.public_key)
        return None if count is None else _Proof(credential=key.id, count=count)
    if request.code is None or row.totp_secret is None:
        return None
    step = totp.step_of(settings, row.totp_secret, request.code.get_secret_value(), now, row.totp_step)
    return None if step is None else _Proof(step=step)


def _use(session: Session, row: Staff, proof: _Proof) -> bool:
    """Use the proof up. False: somebody was quicker, or the person was disabled or reset meanwhile."""
    if not table.hold(session, row, proof.step):
        return False
    return proof.credential is None or table.keep_count(session, proof.credential, proof.count)


def _refused(
    db: Units, row: Staff | None, counted: Failures, factor: str, client: str, now: datetime
) -> ServiceError:
    """The refusal, once it is on the trail; what was typed is not kept. The try that locks tells for how long."""
    wait = counted.wait(now)
    metrics.STAFF_SIGN_IN_FAILURES.labels(factor).inc()
    with db.begin() as session:
        audit.record(
            session,
            "staff_sign_in_locked" if wait else "staff_sign_in_refused",
            now,
            actor=f"staff:{row.login}" if row else "anonymous",
            client=client,
            factor=factor,
        )
    code = "staff_sign_in_refused"
    return ServiceError(code, retry_after=wait) if wait else ServiceError(code)
