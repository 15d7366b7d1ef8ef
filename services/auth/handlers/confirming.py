"""A signed-in person confirms with the password: counted, so that a stolen session cannot guess it."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from pydantic import SecretStr

from services.auth import passwords
from services.auth.handlers import audit
from services.auth.handlers.limits import count_failure
from services.auth.repository import limits, users
from services.auth.settings import Settings
from services.chassis.db import Units
from services.contracts.errors import ServiceError


def confirm_password(
    db: Units,
    settings: Settings,
    user: UUID,
    password: SecretStr,
    clock: Callable[[], datetime],
    *,
    signed: UUID | None = None,
    client: str = "",
) -> None:
    """Return when it is the user's password. Call it outside a transaction, before the act's own.

    Raises `password_refused`, or `too_many_requests` with the wait while too many were wrong.
    """
    subject = f"user:{user}"
    with db.begin() as session:
        count_failure(session, subject, clock())
        stored = users.password_hash_of(session, user)
    if passwords.matches(settings, stored, password):
        with db.begin() as session:
            limits.clear_failures(session, subject)
        return
    with db.begin() as session:
        audit.record(session, "password_refused", clock(), user=user, signed=signed, client=client)
    raise ServiceError("password_refused")
