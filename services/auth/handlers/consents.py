"""Consents: which texts the person agreed to, agreeing to a newer one, taking it back."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from services.auth.handlers import audit
from services.auth.handlers.deletion import delete_profile
from services.auth.models import Consent
from services.auth.repository import consents as table
from services.auth.repository import users
from services.auth.settings import Settings
from services.contracts.auth import profile
from services.contracts.auth.words import SessionCommand
from services.contracts.errors import ServiceError
from services.contracts.validation import invalid


def consents(session: Session, request: SessionCommand) -> profile.ConsentList:
    """The user's consents, the newest first."""
    kept = table.consents_of(session, request.user)
    return profile.ConsentList(
        consents=[profile.ConsentRow.model_validate(consent, from_attributes=True) for consent in kept]
    )


def give(session: Session, settings: Settings, request: profile.ConsentGiven, now: datetime) -> None:
    """Keep that the person agreed to the newest text.

    Raises `invalid_request` for an older or unknown version, `session_ended` when the profile is gone.
    """
    document = settings.documents.find(request.purpose)
    if request.version != document.version:
        raise invalid("version", "not_newest", "Текст согласия изменился. Обновите страницу.")
    account = table.hold_primary(session, request.user)
    if account is None:
        raise ServiceError("session_ended")
    consent = Consent(
        id=uuid4(),
        user_id=request.user,
        account=account,
        purpose=request.purpose,
        version=document.version,
        text_hash=document.hash,
        given_at=now,
        client=request.client,
        channel=request.channel,
    )
    if not table.add_once(session, consent):
        return
    audit.by_person(
        session,
        "consent_given",
        request,
        now,
        account=account,
        channel=request.channel,
        purpose=request.purpose,
        version=document.version,
    )


def withdraw(session: Session, settings: Settings, request: profile.ConsentWithdrawal, now: datetime) -> None:
    """Take a consent back, after the password was confirmed: without it there is no cabinet, so the profile goes.

    The deletion marks every open consent as withdrawn. Raises `not_found` for another's or a withdrawn one,
    `session_ended` when the profile has just gone.
    """
    if not table.is_open(session, request.user, request.consent):
        raise ServiceError("not_found")
    audit.record(
        session,
        "consent_withdrawn",
        now,
        account=users.primary_account(session, request.user),
        user=request.user,
        signed=request.session,
        consent=str(request.consent),
    )
    deleted = delete_profile(
        session,
        settings,
        request.user,
        now,
        signed=request.session,
        client=request.client,
        reason="consent_withdrawn",
    )
    if not deleted:  # another request was quicker
        raise ServiceError("session_ended")
