"""`letter.wanted`: whoever knows the recipient asks notify for a letter (design, "Who owns what")."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from services.contracts.base import Moment, Payload

Template = Literal["activation", "receipt"]


class ActivationSeal(Payload):
    """What `sealed` of an activation letter holds: the link that opens the page, the 6-digit code."""

    link: str = Field(repr=False, pattern=r"^https?://")
    code: str = Field(repr=False, pattern=r"^[0-9]{6}$")


class ReceiptParams(Payload):
    """`params` of a receipt, as the person reads them: amount «1 234,56 ₽», paid_at «05.11.2026 14:03».

    `readings` is one line a zone («Текущие показания счётчика (день): 1234»); empty without a meter.
    """

    amount: str
    paid_at: str
    payment_id: str
    account: str
    address: str
    readings: str = ""


class LetterWanted(Payload):
    """A letter to be rendered and sent once.

    `params` are plain texts of the template (a receipt's are ReceiptParams, activation has none). `sealed`
    holds what must not be readable on the way (ActivationSeal): JSON sealed to notify's public key, base64; it
    is erased after sending, and a letter past `expires_at` is never sent. The letter's words name `expires_at`.
    """

    letter_id: UUID
    template: Template
    recipient: str
    user: UUID | None = None
    params: dict[str, str] = {}
    sealed: str | None = None
    expires_at: Moment | None = None
