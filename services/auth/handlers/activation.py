"""Activation: the letter's link or code makes a registration a user, once."""

from datetime import datetime
from typing import Literal
from uuid import uuid4

from sqlalchemy.orm import Session

from services.auth.domain.tokens import token_digest, with_code
from services.auth.handlers import audit
from services.auth.handlers.accounts import tell_holders
from services.auth.handlers.profiles import tell_profile
from services.auth.models import Consent, Registration, User
from services.auth.repository import accounts, registrations, users
from services.auth.settings import Settings
from services.contracts import auth

Refusal = Literal["code_refused", "link_stale", "link_used", "registration_refused"]
"""Given, not raised: what was counted and recorded must be committed before the error is answered."""


def by_link(
    session: Session, settings: Settings, request: auth.LinkActivationRequest, now: datetime
) -> Refusal | None:
    """Activate the registration whose link it is; None: done. An unknown link was replaced by a newer letter."""
    digest = token_digest(request.token.get_secret_value())
    found = registrations.registration_by_token(session, digest)
    account = found.account if found else None
    refusal = _activate(session, settings, found, request.client, now) if found else "link_stale"
    return _recorded(session, refusal, "link", account, request.client, now)


def by_code(
    session: Session, settings: Settings, request: auth.CodeActivationRequest, now: datetime
) -> Refusal | None:
    """Activate the registration whose code it is; None: done. After five tries a letter's code is dead.

    A try is counted before the code is looked at, and an account that nobody registers costs the same statements.
    """
    pepper, code = settings.pepper.get_secret_value(), request.code.get_secret_value()
    tried = registrations.count_code(session, request.account)
    right = with_code(pepper, tried, code)
    refusal = _activate(session, settings, right, request.client, now) if right else "code_refused"
    return _recorded(session, refusal, "code", request.account, request.client, now)


def _activate(
    session: Session, settings: Settings, registration: Registration, client: str, now: datetime
) -> Refusal | None:
    if registration.used_at is not None:
        return "link_used"
    if registration.expires_at <= now:
        return "link_stale"
    user = User(
        id=uuid4(),
        email=registration.email,
        phone=registration.phone,
        password_hash=registration.password_hash,
        version=1,
        created_at=now,
    )
    consent = Consent(
        id=uuid4(),
        user_id=user.id,
        account=registration.account,
        purpose="personal_data",
        version=registration.consent_version,
        text_hash=registration.consent_hash,
        given_at=registration.created_at,
        client=registration.client,
        channel=registration.channel,
    )
    accounts.lock_account(session, registration.account)
    if not users.add_user(session, user, registration.account, consent):
        return "registration_refused"
    tell_holders(session, settings, user.id, registration.account, now)
    _spend(registration, now)
    audit.record(
        session,
        "activated",
        now,
        account=registration.account,
        user=user.id,
        client=client,
        consent=registration.consent_version,
    )
    tell_profile(session, user, [registration.account])
    return None


def _recorded(
    session: Session,
    refusal: Refusal | None,
    by: Literal["link", "code"],
    account: str | None,
    client: str,
    now: datetime,
) -> Refusal | None:
    if refusal:
        audit.record(session, "code_refused", now, account=account, client=client, by=by, reason=refusal)
    return refusal


def _spend(registration: Registration, now: datetime) -> None:
    """What is left only tells a used link from an unknown one; the person is in the profile now."""
    registration.used_at = now
    registration.email = registration.phone = registration.password_hash = registration.client = ""
