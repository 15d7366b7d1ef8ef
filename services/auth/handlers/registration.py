"""Registration: a proven account number, a letter, nothing reserved."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from services.auth import letters
from services.auth.handlers import audit
from services.auth.models import LetterRequest, Registration
from services.auth.repository import registrations, users
from services.auth.settings import Settings
from services.common.documents import Document, UnknownDocument
from services.contracts import auth, billing
from services.contracts.errors import ServiceError
from services.contracts.letters import LetterWanted
from services.contracts.validation import invalid


def agreed_text(settings: Settings, request: auth.RegisterRequest) -> Document:
    """What the person agreed to: an older text too, when the page was opened before the newest came.

    Raises `invalid_request` when nobody was ever shown a text of this version.
    """
    try:
        return settings.documents.find("personal_data", request.consent_version)
    except UnknownDocument as error:
        text = "Текст согласия изменился. Обновите страницу."
        raise invalid("consent_version", "unknown", text) from error


def register(
    session: Session,
    settings: Settings,
    request: auth.RegisterRequest,
    proven: bool,
    password_hash: str,
    now: datetime,
) -> auth.Registered:
    """Keep the registration and ask for its letter.

    Raises `registration_refused`, the same for an unproven address, an unknown account and one that is primary
    in a profile: each costs the same statements. The caller records it, for this transaction is undone.
    """
    taken = users.is_primary_somewhere(session, request.account)
    if taken or not proven:
        raise ServiceError("registration_refused")
    registration_id = uuid4()
    letter = _new_letter(settings, registration_id, now)
    registration = Registration(
        id=registration_id,
        account=request.account,
        email=request.email,
        phone=request.phone,
        password_hash=password_hash,
        consent_version=request.consent_version,
        consent_hash=agreed_text(settings, request).hash,
        client=request.client,
        channel=request.channel,
        created_at=now,
        token_hash=letter.token_hash,
        code_hash=letter.code_hash,
        tries=0,
        expires_at=letter.expires_at,
    )
    session.add(registration)
    letters.send_all(session, [_activation(settings, registration, letter)])
    audit.record(
        session,
        "registration_asked",
        now,
        account=request.account,
        client=request.client,
        channel=request.channel,
        consent=request.consent_version,
    )
    return auth.Registered(letter_expires_at=letter.expires_at)


def record_refusal(
    session: Session, request: auth.RegisterRequest, proof: billing.Proof, now: datetime
) -> None:
    """Why, for staff alone: `unknown` account, wrong `address`, or an account `taken` by a profile."""
    reason = "taken" if proof.proven else "address" if proof.known else "unknown"
    audit.record(
        session,
        "registration_refused",
        now,
        account=request.account,
        client=request.client,
        channel=request.channel,
        reason=reason,
    )


def answer_requests(
    session: Session, settings: Settings, requests: Sequence[LetterRequest], now: datetime
) -> None:
    """New letters, whose links and codes replace the old ones, to whoever has a registration to activate."""
    asked = {(request.account, request.email.lower()) for request in requests}
    wanted = []
    for registration in registrations.pending_registrations(session, asked):
        letter = _new_letter(settings, registration.id, now)
        registration.token_hash, registration.code_hash = letter.token_hash, letter.code_hash
        registration.tries, registration.expires_at = 0, letter.expires_at
        wanted.append(_activation(settings, registration, letter))
    letters.send_all(session, wanted)


def _new_letter(settings: Settings, registration: UUID, now: datetime) -> letters.Secrets:
    return letters.new_secrets(settings, registration, now, timedelta(hours=settings.activation_hours))


def _activation(settings: Settings, registration: Registration, secrets: letters.Secrets) -> LetterWanted:
    return letters.with_secrets(
        settings,
        "activation",
        "/activate",
        secrets,
        recipient=registration.email,
        account=registration.account,
    )
