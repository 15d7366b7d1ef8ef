"""Use cases of notify: keep a letter that is wanted, take those that are due, send one, count what waits."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from services.chassis import crash
from services.chassis.db import Units
from services.contracts.letters import LetterWanted
from services.notify import metrics, repository
from services.notify.delivery import Answer, Mail, hand_over
from services.notify.domain.letters import KEPT_WITHOUT_USER, Step, after, is_expired
from services.notify.models import Letter
from services.notify.settings import Settings

log = logging.getLogger(__name__)
Clock = Callable[[], datetime]
_WAITING = ("queued", "sending")

# The mail server has the letter by now: forgetting that because the database restarts would send it again.
_persistently = retry(
    retry=retry_if_exception_type((OperationalError, InterfaceError)),
    stop=stop_after_delay(20),
    wait=wait_fixed(0.5),
    reraise=True,
)


def keep(session: Session, wanted: LetterWanted, sender: str, now: datetime) -> None:
    """Queue a letter once by its id. Its Message-ID is fixed here, the same in every attempt."""
    message_id = f"<{wanted.letter_id}@{sender.rpartition('@')[2]}>"
    repository.keep(session, wanted, message_id, now)


def take(db: Units, settings: Settings, now: datetime) -> Sequence[Letter]:
    """Lease the letters that are due, as many as are sent at once."""
    with db.begin() as session:
        until = now + timedelta(seconds=settings.lease_seconds)
        return repository.lease(session, settings.letters_at_once, now, until)


def deliver(db: Units, mail: Mail, settings: Settings, clock: Clock, letter: Letter) -> None:
    """Send a leased letter, outside any transaction, and save what came of it.

    At least once: a process that dies after the mail server took the letter and before the outcome is saved
    leaves it to the next lease. The Message-ID is the same then, so that mail systems recognise the repeat.
    """
    now = clock()
    expired = is_expired(letter.expires_at, now)
    answer = Answer("expired") if expired else hand_over(letter, mail, settings, now)
    crash.point("notify_after_send")
    done = clock()
    step = after(answer.outcome, letter.attempts, letter.created_at, letter.expires_at, done)
    _save(db, letter, answer, step, done)
    metrics.DELIVERIES.labels(answer.outcome).inc()
    log.info(
        "letter",
        extra={
            "letter": letter.id,
            "template": letter.template,
            "outcome": answer.outcome,
            "state": step.state,
            "attempt": letter.attempts,
            "smtp_code": answer.smtp_code,
        },
    )


@_persistently
def _save(db: Units, letter: Letter, answer: Answer, step: Step, now: datetime) -> None:
    attempt = repository.Attempt(
        letter.id, _lease_of(letter), letter.attempts, now, answer.outcome, answer.smtp_code
    )
    with db.begin() as session:
        repository.save(session, attempt, step)


def _lease_of(letter: Letter) -> UUID:
    if letter.lease is None:
        raise RuntimeError("only a leased letter is delivered")
    return letter.lease


def count(db: Units, now: datetime) -> None:
    """Set the gauges of what is not sent."""
    with db.begin() as session:
        unsent = repository.unsent(session)
    for state in (*_WAITING, "failed", "expired", "cancelled"):
        metrics.LETTERS.labels(state).set(unsent[state][0] if state in unsent else 0)
    asked = [unsent[state][1] for state in _WAITING if state in unsent]
    metrics.OLDEST.set((now - min(asked)).total_seconds() if asked else 0)


def unwanted(letter: dict[str, Any]) -> bool:
    """Is this payload of `letter.wanted` not worth keeping once its user has deleted the profile?"""
    return letter["template"] not in KEPT_WITHOUT_USER
