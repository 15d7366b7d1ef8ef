"""Counting tries to prove by its address that an account is one's own."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from services.auth.domain.limits import client_subject
from services.auth.handlers.limits import take_try
from services.auth.settings import Settings
from services.contracts.errors import ServiceError


def count_proof(
    session: Session,
    settings: Settings,
    now: datetime,
    *,
    account: str,
    client: str,
    user: UUID | None = None,
) -> None:
    """Count a try, of the account, the client's address and whoever is signed in. Raises `too_many_requests`."""
    subjects = {"proof_account": account, "proof_client": client_subject(client)}
    limits = {"proof_account": settings.proofs_per_account, "proof_client": settings.proofs_per_client}
    if user is not None:
        subjects["proof_user"], limits["proof_user"] = str(user), settings.proofs_per_user
    if wait := take_try(session, subjects, limits, now):
        raise ServiceError("too_many_requests", retry_after=wait)
