"""Letters asked for by people who are not signed in: asking costs the same whoever asks, the answer comes later.

The RPC counts a try and keeps the question; a background loop looks up, by kind, whom to answer.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, Literal
from uuid import uuid4

from sqlalchemy.orm import Session

from services.auth.domain.limits import client_subject
from services.auth.domain.tokens import keyed_digest
from services.auth.handlers import recovery, registration
from services.auth.handlers.limits import take_try
from services.auth.models import LetterRequest
from services.auth.repository import letter_requests
from services.auth.settings import Settings
from services.contracts.errors import ServiceError

Kind = Literal["activation", "recovery"]
_AT_ONCE = 100

ANSWERS: Final[dict[Kind, Callable[[Session, Settings, Sequence[LetterRequest], datetime], None]]] = {
    "activation": registration.answer_requests,
    "recovery": recovery.answer_requests,
}
"""Who answers requests of a kind: all of them in one look-up. A kind that is not here waits in the table."""


def ask(
    session: Session, settings: Settings, kind: Kind, account: str, email: str, client: str, now: datetime
) -> None:
    """Count a try of this account and e-mail (and of the client, who may try many), and keep the request.

    Raises `too_many_requests` with the wait.
    """
    pepper = settings.pepper.get_secret_value()
    subject = keyed_digest(pepper, f"letter:{kind}:{account}:{email.lower()}")
    subjects, limits = {"letter": subject}, {"letter": settings.letters_per_hour}
    if kind == "recovery":
        subjects["recovery_client"] = client_subject(client)
        limits["recovery_client"] = settings.recoveries_per_client
    if wait := take_try(session, subjects, limits, now):
        raise ServiceError("too_many_requests", retry_after=wait)
    session.add(
        LetterRequest(id=uuid4(), kind=kind, account=account, email=email, client=client, asked_at=now)
    )


def answer(session: Session, settings: Settings, kind: Kind, now: datetime) -> int:
    """Take the waiting requests of a kind and answer them in this transaction. Gives how many there were."""
    requests = letter_requests.take(session, kind, _AT_ONCE)
    if requests:
        ANSWERS[kind](session, settings, requests, now)
    return len(requests)
