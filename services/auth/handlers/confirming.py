"""A signed-in person confirms with the password: counted, so that a stolen session cannot guess it."""

from collections.abc import Callable
from datetime import datetime

from pydantic import SecretStr

from services.auth import passwords
from services.auth.handlers import audit
from services.auth.handlers.limits import count_failure
from services.auth.repository import limits, users
from services.auth.settings import Settings
from services.chassis.db import Units
from services.contracts.auth.words import SessionCommand
from services.contracts.errors import ServiceError


def confirm_password(
    db: Units,
    settings: Settings,
    request: SessionCommand,
    password: SecretStr,
    clock: Callable[[], datetime],
) -> None:
    """Return when it is the password of who asks. Call it outside a transaction, before the act's own.

    Raises `password_refused`, or `too_many_requests` with the wait while too many were wrong.
    """
    subject = f"user:{request.user}"
    with db.begin() as session:
        count_failure(session, subject, clock())
        stored = users.password_hash_of(session, request.user)
    if passwords.matches(settings, stored, password):
        with db.begin() as session:
            limits.clear_failures(session, subject)
        return
    with db.begin() as session:
        audit.by_person(session, "password_refused", request, clock())
    raise ServiceError("password_refused")
