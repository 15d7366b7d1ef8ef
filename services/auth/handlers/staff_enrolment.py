"""Staff set up their password and second factor by a one-time link: neither comes without the other."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from services.auth import authenticators, passwords, tickets, totp
from services.auth.domain.tokens import token_digest
from services.auth.domain.totp import step_of_code
from services.auth.handlers import audit
from services.auth.handlers.password_rules import check_password
from services.auth.models import Staff, StaffAuthenticator
from services.auth.repository import staff as table
from services.auth.settings import Settings
from services.chassis.db import Units
from services.contracts.auth.staff import Enrolment, EnrolmentConfirmation, EnrolmentRequest
from services.contracts.errors import ServiceError
from services.contracts.validation import invalid

_TIME_TO_SET_UP = timedelta(minutes=15)
_TOTP_ISSUE = "Код не подошёл. Проверьте время на телефоне и введите новый код."


@dataclass(frozen=True)
class _Chosen:
    """The second factor that proved itself: an authenticator, or a TOTP secret with the step used for it."""

    key: authenticators.Registered | None = None
    secret: str | None = None
    step: int | None = None


def offer(session: Session, settings: Settings, request: EnrolmentRequest, now: datetime) -> Enrolment:
    """What may be set up: an authenticator or a TOTP secret; the ticket stands for both.

    Raises `enrolment_stale`.
    """
    row = _invited(session, request, now)
    ticket = tickets.issue(settings, "staff-enrolment", row.id, now, _TIME_TO_SET_UP)
    options = authenticators.creation_options(settings, ticket, row.id, row.login, [], platform=False)
    secret = totp.offered(settings, ticket)
    return Enrolment(
        login=row.login,
        name=row.name,
        ticket=ticket,
        options=options,
        totp_uri=totp.uri(settings, row.login, secret),
    )


def enrol(
    db: Units, settings: Settings, request: EnrolmentConfirmation, clock: Callable[[], datetime]
) -> None:
    """Keep password and second factor, and use the link up.

    Raises `enrolment_stale`, `ticket_stale`, or `invalid_request` for an easy password and for a factor that
    does not work; the link stays good then.
    """
    check_password(request.password)
    with db.begin() as session:
        row = _invited(session, request, clock())
    ticket = tickets.read_for(settings, "staff-enrolment", row.id, request.ticket, clock())
    chosen = _chosen(settings, request, clock())
    password_hash = passwords.hash_password(settings, request.password)
    with db.begin() as session:
        tickets.spend(session, request.ticket, ticket.expires_at)
        _keep(session, settings, request, chosen, password_hash, clock())


def _invited(session: Session, request: EnrolmentRequest | EnrolmentConfirmation, now: datetime) -> Staff:
    row = table.by_enrolment(session, token_digest(request.token.get_secret_value()), now)
    if row is None:
        raise ServiceError("enrolment_stale")
    return row


def _chosen(settings: Settings, request: EnrolmentConfirmation, now: datetime) -> _Chosen:
    if request.credential is not None:
        key = authenticators.registered(settings, request.ticket, request.credential)
        if key is None:
            raise invalid("credential", "refused", "Ключ не подошёл. Попробуйте ещё раз.")
        return _Chosen(key=key)
    if request.code is None:
        raise invalid("code", "missing", "Нужен второй фактор: ключ или код приложения.")
    secret = totp.offered(settings, request.ticket)
    step = step_of_code(secret, request.code.get_secret_value(), now, None)
    if step is None:
        raise invalid("code", "refused", _TOTP_ISSUE)
    return _Chosen(secret=secret, step=step)


def _keep(
    session: Session,
    settings: Settings,
    request: EnrolmentConfirmation,
    chosen: _Chosen,
    password_hash: str,
    now: datetime,
) -> None:
    row = table.enrol(
        session,
        token_digest(request.token.get_secret_value()),
        now,
        password_hash=password_hash,
        totp_secret=totp.sealed(settings, chosen.secret) if chosen.secret else None,
        totp_step=chosen.step,
    )
    if row is None:  # somebody was quicker
        raise ServiceError("enrolment_stale")
    if chosen.key:
        session.add(
            StaffAuthenticator(
                id=chosen.key.id,
                staff_id=row.id,
                public_key=chosen.key.public_key,
                sign_count=chosen.key.sign_count,
                created_at=now,
            )
        )
    audit.record(
        session,
        "staff_enrolled",
        now,
        actor=f"staff:{row.login}",
        client=request.client,
        factor="webauthn" if chosen.key else "totp",
    )
