"""`letter.wanted`: whoever knows the recipient asks notify for a letter (design, "Who owns what")."""

from typing import Final, Literal
from uuid import UUID

from pydantic import Field

from services.contracts.base import Moment, Payload

Template = Literal[
    "activation",
    "receipt",
    "recovery",
    "password_changed",
    "email_change",
    "email_changed",
    "account_linked",
    "link_frozen",
    "account_released",
    "pin_blocked",
    "profile_deleted",
]
"""activation, recovery, email_change carry a LinkAndCode; account_linked a LinkOnly («это не я»); receipt
ReceiptParams; the others plain `params`, described by LETTER_PARAMS."""

LETTER_PARAMS: Final[dict[str, tuple[str, ...]]] = {
    "activation": ("account",),
    "recovery": ("account",),
    "password_changed": ("account", "at", "how"),
    "email_change": ("account",),
    "email_changed": ("account", "at", "new_email"),
    "account_linked": ("account", "at"),
    "link_frozen": ("account",),
    "account_released": ("account",),
    "pin_blocked": ("account", "at", "device"),
    "profile_deleted": ("account", "at"),
}
"""`account` is the account the letter speaks of; `at` is «05.11.2026 14:03», Moscow time; `how` says whether a
signed-in person changed the password (`changed`) or a letter did (`recovered`); `new_email` is masked
(`a***@mail.ru`); `device` is the device's name, empty when the device never said."""

OPTIONAL_PARAMS: Final[dict[str, tuple[str, ...]]] = {
    "password_changed": ("device",),
    "email_changed": ("device",),
}
"""What a letter also says when it is known; `device` is the name of the one that the act came from."""


class LinkAndCode(Payload):
    """What `sealed` of activation, recovery and e-mail letters holds: the page's link, the 6-digit code."""

    link: str = Field(repr=False, pattern=r"^https?://")
    code: str = Field(repr=False, pattern=r"^[0-9]{6}$")


class LinkOnly(Payload):
    """What `sealed` of «account_linked» holds: the link that opens the page with «это не я»."""

    link: str = Field(repr=False, pattern=r"^https?://")


SEALS: Final[dict[str, type[LinkAndCode] | type[LinkOnly]]] = {
    "activation": LinkAndCode,
    "recovery": LinkAndCode,
    "email_change": LinkAndCode,
    "account_linked": LinkOnly,
}
"""What `sealed` of a template holds; these letters need `expires_at` too."""


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

    `params` are plain texts of the template (LETTER_PARAMS, ReceiptParams). `sealed` holds what must not be
    readable on the way (LinkAndCode, LinkOnly): JSON sealed to notify's public key, base64; it is erased after
    sending, and a letter past `expires_at` is never sent. The letter's words name `expires_at`. `user` is whose
    letter it is, so that it is erased with the profile; a farewell has none.
    """

    letter_id: UUID
    template: Template
    recipient: str
    user: UUID | None = None
    params: dict[str, str] = {}
    sealed: str | None = None
    expires_at: Moment | None = None
