"""`letter.wanted`: whoever knows the recipient asks notify for a letter (design, "Who owns what")."""

from typing import Literal
from uuid import UUID

from services.contracts.base import Moment, Payload

Template = Literal["activation", "receipt"]


class LetterWanted(Payload):
    """A letter to be rendered and sent once.

    `params` are plain texts of the template. `sealed` holds what must not be readable on the way (codes,
    links): JSON sealed to notify's public key, base64; it is erased after sending, and a letter past
    `expires_at` is never sent.
    """

    letter_id: UUID
    template: Template
    recipient: str
    user: UUID | None = None
    params: dict[str, str] = {}
    sealed: str | None = None
    expires_at: Moment | None = None
