"""Letters that auth asks for: secrets are sealed so that only notify can read them."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from nacl.public import PublicKey, SealedBox
from sqlalchemy.orm import Session

from services.auth.domain.tokens import code_digest, new_code, new_token, token_digest
from services.auth.settings import Settings
from services.chassis.outbox import emit_all
from services.contracts.auth import LETTER_WANTED
from services.contracts.letters import LetterWanted, LinkAndCode, LinkOnly, Template


@dataclass(frozen=True)
class Secrets:
    """A fresh link and code of one letter, and what a table keeps of them."""

    token: str = field(repr=False)
    code: str = field(repr=False)
    token_hash: str
    code_hash: str
    expires_at: datetime


def new_secrets(settings: Settings, owner: UUID, now: datetime, life: timedelta) -> Secrets:
    """For the registration or confirmation whose id is `owner`."""
    token, code = new_token(), new_code()
    pepper = settings.pepper.get_secret_value()
    return Secrets(token, code, token_digest(token), code_digest(pepper, owner, code), now + life)


def send_secrets(
    session: Session,
    settings: Settings,
    template: Template,
    path: str,
    secrets: Secrets,
    *,
    recipient: str,
    account: str,
    user: UUID | None = None,
) -> None:
    """Ask for a letter with a link to the page at `path` and a code, when this transaction commits."""
    send_all(
        session,
        [with_secrets(settings, template, path, secrets, recipient=recipient, account=account, user=user)],
    )


def with_secrets(
    settings: Settings,
    template: Template,
    path: str,
    secrets: Secrets,
    *,
    recipient: str,
    account: str,
    user: UUID | None = None,
) -> LetterWanted:
    """A letter with a link to the page at `path` and a code, to be asked for with `send_all`."""
    return _wanted(
        settings,
        template,
        recipient=recipient,
        user=user,
        params={"account": account},
        seal=LinkAndCode(link=link(settings, path, secrets.token), code=secrets.code),
        expires_at=secrets.expires_at,
    )


def with_link(
    settings: Settings,
    template: Template,
    url: str,
    *,
    recipient: str,
    user: UUID,
    params: dict[str, str],
    expires_at: datetime,
) -> LetterWanted:
    """A letter with a link alone, to be asked for with `send_all`."""
    return _wanted(
        settings,
        template,
        recipient=recipient,
        user=user,
        params=params,
        seal=LinkOnly(link=url),
        expires_at=expires_at,
    )


def send_all(session: Session, wanted: Sequence[LetterWanted]) -> None:
    """Ask notify for letters when this transaction commits, in one statement."""
    emit_all(session, LETTER_WANTED, wanted)


def send(
    session: Session,
    settings: Settings,
    template: Template,
    *,
    recipient: str,
    params: dict[str, str],
    user: UUID | None = None,
    seal: LinkAndCode | LinkOnly | None = None,
    expires_at: datetime | None = None,
) -> None:
    """Ask notify for a letter when this transaction commits; `params` are those of LETTER_PARAMS."""
    wanted = _wanted(
        settings,
        template,
        recipient=recipient,
        params=params,
        user=user,
        seal=seal,
        expires_at=expires_at,
    )
    send_all(session, [wanted])


def _wanted(
    settings: Settings,
    template: Template,
    *,
    recipient: str,
    params: dict[str, str],
    user: UUID | None,
    seal: LinkAndCode | LinkOnly | None,
    expires_at: datetime | None,
) -> LetterWanted:
    return LetterWanted(
        letter_id=uuid4(),
        template=template,
        recipient=recipient,
        user=user,
        params=params,
        sealed=_sealed(settings, seal) if seal else None,
        expires_at=expires_at,
    )


def link(settings: Settings, path: str, token: str) -> str:
    """A page of the portal with a token, as a letter has it."""
    return f"{settings.public_url.rstrip('/')}{path}?token={token}"


def _sealed(settings: Settings, secrets: LinkAndCode | LinkOnly) -> str:
    key = PublicKey(base64.b64decode(settings.notify_public_key.get_secret_value()))
    sealed = SealedBox(key).encrypt(secrets.model_dump_json().encode())
    return base64.b64encode(sealed).decode()
