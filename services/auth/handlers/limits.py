"""Counting tries, in transactions of their own: a refusal later does not give the try back."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from services.auth.domain.limits import Failures, Window
from services.auth.repository import limits as table
from services.contracts.errors import ServiceError


def take_try(session: Session, subjects: Mapping[str, str], limits: Mapping[str, int], now: datetime) -> int:
    """Count a try of each subject, by kind. Gives seconds to wait when one has none left: then none is counted."""
    found = table.lock_windows(session, subjects, now)
    windows = [Window.at(row.tries, limits[row.kind], now) for row in found]
    wait = max(window.wait(now) for window in windows)
    if wait == 0:
        for row, window in zip(found, windows, strict=True):
            row.tries = list(window.with_try(now).tries)
    return wait


def count_failure(session: Session, subject: str, now: datetime) -> Failures:
    """Count a secret of a subject as wrong before it is looked at: tries at once cannot outrun the count.

    A right one clears the count. Raises `too_many_requests` while the subject is locked.
    """
    row = table.lock_failures(session, subject)
    failures = Failures(row.count, row.last_at, row.locked_until)
    if wait := failures.wait(now):
        raise ServiceError("too_many_requests", retry_after=wait)
    counted = failures.with_failure(now)
    row.count, row.last_at, row.locked_until = counted.count, counted.last, counted.locked_until
    return counted
