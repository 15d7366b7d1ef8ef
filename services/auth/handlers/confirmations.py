"""Letters with a link and a code for a profile: made, found by either, each used once."""

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID, uuid4

from pydantic import SecretStr
from sqlalchemy.orm import Session

from services.auth import letters
from services.auth.domain.tokens import token_digest, with_code
from services.auth.handlers import audit
from services.auth.models import Confirmation
from services.auth.repository import confirmations
from services.auth.settings import Settings

Kind = Literal["recovery", "email"]
Refusal = Literal["code_refused", "link_stale", "link_used"]
"""Given, not raised: what was counted and recorded must be committed before the error is answered."""
Found = Confirmation | Refusal
_UNKNOWN: Refusal = "link_stale"
_WRONG: Refusal = "code_refused"


def new(
    settings: Settings, kind: Kind, user: UUID, account: str, now: datetime, email: str = ""
) -> tuple[Confirmation, letters.Secrets]:
    """A letter's row and its secrets; `email` is the new address of an e-mail change."""
    owner = uuid4()
    secrets = letters.new_secrets(settings, owner, now, timedelta(minutes=settings.recovery_minutes))
    confirmation = Confirmation(
        id=owner,
        kind=kind,
        user_id=user,
        account=account,
        email=email,
        token_hash=secrets.token_hash,
        code_hash=secrets.code_hash,
        tries=0,
        created_at=now,
        expires_at=secrets.expires_at,
    )
    return confirmation, secrets


def by_link(session: Session, kind: Kind, token: SecretStr, client: str, now: datetime) -> Found:
    """The letter whose link it is, while it may be used. An unknown one was replaced by a newer letter."""
    known = confirmations.by_token(session, kind, token_digest(token.get_secret_value()))
    return _usable(session, kind, known if known is not None else _UNKNOWN, "link", client, now)


def by_code(
    session: Session,
    settings: Settings,
    kind: Kind,
    code: SecretStr,
    client: str,
    now: datetime,
    *,
    account: str | None = None,
    user: UUID | None = None,
) -> Found:
    """The letter of an account, or of a signed-in `user`, whose code it is. After five tries its code is dead.

    A try is counted before the code is looked at, and an account without letters costs the same statements.
    """
    if user is None:
        tried = confirmations.count_code_of_account(session, kind, account or "")
    else:
        tried = confirmations.count_code_of_user(session, kind, user)
    found = with_code(settings.pepper.get_secret_value(), tried, code.get_secret_value())
    return _usable(
        session,
        kind,
        found if found is not None else _WRONG,
        "code",
        client,
        now,
        account=account,
        user=user,
    )


def _usable(
    session: Session,
    kind: Kind,
    found: Found,
    by: Literal["link", "code"],
    client: str,
    now: datetime,
    *,
    account: str | None = None,
    user: UUID | None = None,
) -> Found:
    """The letter, or why not, which is on the trail then."""
    refusal = refusal_of(found, now) if isinstance(found, Confirmation) else found
    if isinstance(found, Confirmation):
        account, user = found.account, found.user_id
        if refusal is None:
            return found
    assert refusal is not None
    audit.record(
        session,
        "code_refused",
        now,
        account=account,
        user=user,
        client=client,
        by=by,
        reason=refusal,
        letter=kind,
    )
    return refusal


def refusal_of(found: Confirmation, now: datetime) -> Refusal | None:
    """Why a letter cannot be used; None: it can."""
    if found.used_at is not None:
        return "link_used"
    return "link_stale" if found.expires_at <= now else None
