"""Counting tries, in transactions of their own: a refusal later does not give the try back."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from services.auth import repository
from services.auth.domain.limits import Failures, Window
from services.contracts.errors import ServiceError


def take_try(session: Session, subjects: Mapping[str, str], limits: Mapping[str, int], now: datetime) -> int:
    """Count a try of each subject, by kind. Gives seconds to wait when one has none left: then none is counted."""
    found = repository.lock_windows(session, subjects, now)
    windows = [Window.at(row.tries, limits[row.kind], now) for row in found]
    wait = max(window.wait(now) for window in windows)
    if wait == 0:
        for row, window in zip(found, windows, strict=True):
            row.tries = list(window.with_try(now).tries)
    return wait


def count_sign_in(session: Session, account: str, now: datetime) -> Failures:
    """Count a sign-in as failed before the password is looked at: tries at once cannot outrun the count.

    A right password clears the count. Raises `too_many_requests` while the account is locked.
    """
    row = repository.lock_failures(session, account)
    failures = Failures(row.count, row.last_at, row.locked_until)
    if wait := failures.wait(now):
        raise ServiceError("too_many_requests", retry_after=wait)
    counted = failures.with_failure(now)
    row.count, row.last_at, row.locked_until = counted.count, counted.last, counted.locked_until
    return counted
