"""What becomes of a letter after an attempt to send it: a table of outcomes, and a pause that grows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

State = Literal["queued", "sending", "sent", "failed", "expired", "cancelled"]
"""`cancelled`: its user deleted the profile before it was sent."""
Outcome = Literal["sent", "temporary", "refused", "unwritable", "expired"]
"""`refused`: the mail server will never take it (5xx); `unwritable`: it cannot be opened, rendered or addressed."""

FIRST_PAUSE: Final = timedelta(seconds=2)
KEPT_WITHOUT_USER: Final = frozenset({"receipt"})
"""Letters that go out though their user deleted the profile: the law wants a receipt to be given."""

LONGEST_PAUSE: Final = timedelta(minutes=30)
GIVE_UP_AFTER: Final = timedelta(hours=24)

_FINAL: Final[dict[Outcome, State]] = {
    "sent": "sent",
    "refused": "failed",
    "unwritable": "failed",
    "expired": "expired",
}


@dataclass(frozen=True)
class Step:
    """The state a letter goes to; `next_at` only when it waits for another attempt."""

    state: State
    next_at: datetime | None = None

    @property
    def final(self) -> bool:
        return self.state in _FINAL.values()


def pause(attempts: int) -> timedelta:
    """The pause after so many attempts: doubling from 2 s to half an hour."""
    doublings = min(attempts - 1, 20)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def is_expired(expires_at: datetime | None, now: datetime) -> bool:
    return expires_at is not None and expires_at <= now


def due_at(moment: datetime, expires_at: datetime | None) -> datetime:
    """When a letter is taken next: never later than its expiry, so that it is then expired and erased at once."""
    return moment if expires_at is None else min(moment, expires_at)


def after(
    outcome: Outcome, attempts: int, created_at: datetime, expires_at: datetime | None, now: datetime
) -> Step:
    """The step after an attempt; a temporary failure is tried again for 24 hours or until the letter expires."""
    if outcome != "temporary":
        return Step(_FINAL[outcome])
    if now >= created_at + GIVE_UP_AFTER:
        return Step("failed")
    return Step("queued", due_at(now + pause(attempts), expires_at))
