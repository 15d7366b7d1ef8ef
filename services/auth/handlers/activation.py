"""Activation: the letter's link or code makes a registration a user, once."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from services.auth.domain.tokens import CODE_TRIES, code_digest, same_digest, token_digest
from services.auth.handlers import audit
from services.auth.handlers.accounts import tell_holders
from services.auth.handlers.profiles import tell_profile
from services.auth.models import Consent, Registration, User
from services.auth.repository import accounts, registrations, users
from services.auth.settings import Settings
from services.contracts import auth
from services.contracts.errors import ServiceError

_CODES_LOOKED_AT = 10
"""An account may have several registrations waiting; more than this within a day is nobody's honest need."""


def by_link(session: Session, settings: Settings, request: auth.LinkActivationRequest, now: datetime) -> None:
    """Raises `link_stale` (an unknown link too: a newer letter replaced it), `link_used`, `registration_refused`."""
    registration = registrations.registration_by_token(
        session, token_digest(request.token.get_secret_value())
    )
    if registration is None:
        raise ServiceError("link_stale")
    _activate(session, settings, registration, request.client, now)


def by_code(session: Session, settings: Settings, request: auth.CodeActivationRequest, now: datetime) -> bool:
    """Activate the registration whose code it is. False for a wrong code: that must be committed, it is counted.

    Raises `link_stale`, `link_used`, `registration_refused`. After five wrong codes a letter's code is dead.
    """
    pepper, code = settings.pepper.get_secret_value(), request.code.get_secret_value()
    alive = [
        registration
        for registration in registrations.newest_registrations(session, request.account, _CODES_LOOKED_AT)
        if registration.tries < CODE_TRIES
    ]
    right = [r for r in alive if same_digest(r.code_hash, code_digest(pepper, r.id, code))]
    if right:
        _activate(session, settings, right[0], request.client, now)
        return True
    for registration in alive:
        registration.tries += 1
    return False


def _activate(
    session: Session, settings: Settings, registration: Registration, client: str, now: datetime
) -> None:
    if registration.used_at is not None:
        raise ServiceError("link_used")
    if registration.expires_at <= now:
        raise ServiceError("link_stale")
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
        raise ServiceError("registration_refused")
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


def _spend(registration: Registration, now: datetime) -> None:
    """What is left only tells a used link from an unknown one; the person is in the profile now."""
    registration.used_at = now
    registration.email = registration.phone = registration.password_hash = registration.client = ""
