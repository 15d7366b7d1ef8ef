"""The activation letter: its secrets are sealed so that only notify can read them."""

import base64
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from nacl.public import PublicKey, SealedBox
from sqlalchemy.orm import Session

from services.auth.domain.tokens import code_digest, new_code, new_token, token_digest
from services.auth.models import Registration
from services.auth.settings import Settings
from services.chassis.outbox import emit
from services.contracts.auth import LETTER_WANTED
from services.contracts.letters import ActivationSeal, LetterWanted


@dataclass(frozen=True)
class ActivationLetter:
    """A fresh link and code of one registration, and what the table keeps of them."""

    token: str = field(repr=False)
    code: str = field(repr=False)
    token_hash: str
    code_hash: str
    expires_at: datetime


def new_letter(settings: Settings, registration: UUID, now: datetime) -> ActivationLetter:
    token, code = new_token(), new_code()
    pepper = settings.pepper.get_secret_value()
    expires_at = now + timedelta(hours=settings.activation_hours)
    return ActivationLetter(
        token, code, token_digest(token), code_digest(pepper, registration, code), expires_at
    )


def send(session: Session, settings: Settings, registration: Registration, letter: ActivationLetter) -> None:
    """Ask notify for the letter when this transaction commits."""
    link = f"{settings.public_url.rstrip('/')}/activate?token={letter.token}"
    wanted = LetterWanted(
        letter_id=uuid4(),
        template="activation",
        recipient=registration.email,
        params={"account": registration.account},
        sealed=_seal(settings, ActivationSeal(link=link, code=letter.code)),
        expires_at=letter.expires_at,
    )
    emit(session, LETTER_WANTED, wanted)


def _seal(settings: Settings, secrets: ActivationSeal) -> str:
    key = PublicKey(base64.b64decode(settings.notify_public_key.get_secret_value()))
    sealed = SealedBox(key).encrypt(secrets.model_dump_json().encode())
    return base64.b64encode(sealed).decode()
