"""A signed-in person changes the password, the phone, the e-mail."""

from datetime import datetime

from sqlalchemy.orm import Session

from services.auth import letters
from services.auth.domain.emails import masked, same_email
from services.auth.domain.tokens import keyed_digest
from services.auth.handlers import audit, confirmations
from services.auth.handlers.limits import take_try
from services.auth.handlers.new_password import put_password
from services.auth.handlers.profiles import profile_changed
from services.auth.models import Confirmation, User
from services.auth.repository import confirmations as table
from services.auth.repository import profiles
from services.auth.repository.profiles import Acting
from services.auth.settings import Settings
from services.common.russian import date_time
from services.contracts.auth.profile import CodeConfirmation, EmailChange, PasswordChange, PhoneChange
from services.contracts.auth.words import SessionCommand
from services.contracts.base import Done
from services.contracts.errors import ServiceError
from services.contracts.validation import invalid


def change_password(
    session: Session, settings: Settings, request: PasswordChange, password_hash: str, now: datetime
) -> None:
    """Other sessions end, PINs of other devices go, and so do letters asked for with the old password.

    Raises `session_ended` when a recovery was faster, `invalid_request` for one's account number or e-mail.
    """
    user, acting = _acting(session, request)
    ended = put_password(
        session,
        settings,
        user,
        acting.account,
        request.password,
        password_hash,
        now,
        how="changed",
        but=request.session,
        device_name=acting.device_name,
    )
    audit.by_person(
        session,
        "password_changed",
        request,
        now,
        account=acting.account,
        device=acting.device,
        sessions=ended,
    )


def change_phone(session: Session, request: PhoneChange, now: datetime) -> None:
    """Raises `session_ended`."""
    user, acting = _acting(session, request)
    user.phone = request.phone
    profile_changed(session, user.id)
    audit.by_person(session, "phone_changed", request, now, account=acting.account, device=acting.device)


def ask_email(session: Session, settings: Settings, request: EmailChange, now: datetime) -> Done:
    """A letter to the new address; a former one is stale.

    Raises `invalid_request` for the present address, `too_many_requests`, `session_ended`.
    """
    user, acting = _acting(session, request)
    if same_email(user.email, request.email):
        raise invalid("email", "same", "Это ваш нынешний адрес.")
    pepper = settings.pepper.get_secret_value()
    mailbox = keyed_digest(pepper, f"letter:email:{request.email.lower()}")
    tries, most = {"letter": mailbox, "email_user": str(user.id)}, settings.letters_per_hour
    if wait := take_try(session, tries, {"letter": most, "email_user": most}, now):
        raise ServiceError("too_many_requests", retry_after=wait)
    table.make_stale(session, [user.id], now, "email")
    confirmation, secrets = confirmations.new(settings, "email", user.id, acting.account, now, request.email)
    session.add(confirmation)
    letters.send_secrets(
        session,
        settings,
        "email_change",
        "/email",
        secrets,
        recipient=request.email,
        account=acting.account,
        user=user.id,
    )
    audit.by_person(session, "email_change_asked", request, now, account=acting.account, device=acting.device)
    return Done()


def replace_email(
    session: Session,
    settings: Settings,
    confirmation: Confirmation,
    client: str,
    now: datetime,
    signed: CodeConfirmation | None = None,
) -> bool:
    """The confirmed address becomes the profile's, the old one is told, letters sent to it work no more.

    False when the letter was used or replaced, or the profile deleted, this moment: nothing is changed then.
    """
    user = profiles.locked(session, confirmation.user_id)
    if user is None or not table.spend(session, confirmation.id, now):
        return False
    acting = profiles.acting(session, user.id, signed.session) if signed else None
    former, user.email = user.email, confirmation.email
    profile_changed(session, user.id)
    table.make_stale(session, [user.id], now)
    letters.send(
        session,
        settings,
        "email_changed",
        recipient=former,
        user=user.id,
        params={
            "account": confirmation.account,
            "at": date_time(now),
            "new_email": masked(confirmation.email),
            "device": acting.device_name if acting else "",
        },
    )
    audit.record(
        session,
        "email_changed",
        now,
        account=confirmation.account,
        user=user.id,
        signed=signed.session if signed else None,
        device=acting.device if acting else None,
        client=client,
    )
    return True


def _acting(session: Session, request: SessionCommand) -> tuple[User, Acting]:
    """The person's row, locked, and who acts. Raises `session_ended`: what ended it may have been a recovery."""
    user = profiles.locked(session, request.user)
    acting = profiles.acting(session, request.user, request.session)
    if user is None or acting is None:
        raise ServiceError("session_ended")
    return user, acting
