"""A new password, changed or recovered: whatever the old one opened ends with it, and the owner is told."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy.orm import Session

from services.auth import letters
from services.auth.handlers.password_rules import check_password
from services.auth.handlers.profiles import end_sessions
from services.auth.models import User
from services.auth.repository import confirmations, devices
from services.auth.settings import Settings
from services.common.russian import date_time


def put_password(
    session: Session,
    settings: Settings,
    user: User,
    account: str,
    password: SecretStr,
    password_hash: str,
    now: datetime,
    *,
    how: Literal["changed", "recovered"],
    but: UUID | None = None,
    device_name: str | None = None,
) -> int:
    """Sessions, PINs and biometrics end, all `but` one session's, and letters asked for before work no more.

    Gives how many sessions ended. Raises `invalid_request` for the person's own account number or e-mail.
    The user's row is locked already; devices and sessions are locked next, in sign-in's order.
    """
    check_password(password, account=account, email=user.email)
    user.password_hash = password_hash
    devices.forget_secrets(session, user.id, but=but)
    ended = end_sessions(session, user.id, now, but=but)
    confirmations.make_stale(session, [user.id], now)
    params = {"account": account, "at": date_time(now), "how": how}
    letters.send(
        session,
        settings,
        "password_changed",
        recipient=user.email,
        user=user.id,
        params=params if device_name is None else params | {"device": device_name},
    )
    return ended
