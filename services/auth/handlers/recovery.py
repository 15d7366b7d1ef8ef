"""Recovery: a letter to the profile's e-mail, a new password, and the end of all that the old one opened."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import SecretStr
from sqlalchemy.orm import Session

from services.auth import letters
from services.auth.handlers import audit, confirmations
from services.auth.handlers.new_password import put_password
from services.auth.models import Confirmation, LetterRequest
from services.auth.repository import confirmations as table
from services.auth.repository import limits, profiles
from services.auth.settings import Settings


def answer_requests(
    session: Session, settings: Settings, requests: Sequence[LetterRequest], now: datetime
) -> None:
    """A letter to each profile that was asked about by its primary account and e-mail; former ones are stale."""
    asked = {(request.account, request.email.lower()) for request in requests}
    owners = table.owners(session, asked)
    if not owners:
        return
    table.make_stale(session, [owner.user for owner in owners], now, "recovery")
    wanted = []
    for owner in owners:
        confirmation, secrets = confirmations.new(settings, "recovery", owner.user, owner.account, now)
        session.add(confirmation)
        wanted.append(
            letters.with_secrets(
                settings,
                "recovery",
                "/recover",
                secrets,
                recipient=owner.email,
                account=owner.account,
                user=owner.user,
            )
        )
    letters.send_all(session, wanted)


def recover(
    session: Session,
    settings: Settings,
    confirmation: Confirmation,
    password: SecretStr,
    password_hash: str,
    client: str,
    now: datetime,
) -> bool:
    """Replace the password; what the old one opened, and letters that were asked for with it, end.

    False when the letter was used or replaced, or the profile deleted, this moment: nothing is changed then.
    Raises `invalid_request`, the letter still unused, for the person's own account number or e-mail as a password.
    Locks in sign-in's order: the user, failures, devices, sessions.
    """
    user = profiles.locked(session, confirmation.user_id)
    if user is None or not table.spend(session, confirmation.id, now):
        return False
    limits.clear_failures_of(session, user.id, confirmation.account)
    ended = put_password(
        session, settings, user, confirmation.account, password, password_hash, now, how="recovered"
    )
    audit.record(
        session,
        "recovered",
        now,
        account=confirmation.account,
        user=user.id,
        client=client,
        sessions=ended,
    )
    return True
