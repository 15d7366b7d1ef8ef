"""Billing's settings, prefix `SVET_BILLING_`."""

from typing import Final

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from services.billing.document.facts import Retailer
from services.common.settings import ServiceSettings

KALUGA: Final = Retailer(
    name="ПАО «Калужская сбытовая компания»",
    address="248001, Калуга, пер. Суворова, 8",
    phone="8-800-600-09-90",
    cabinet_phone="(4842) 701-838",
    email="support@ksk.kaluga.ru",
    site="kskkaluga.ru",
    cabinet="https://lk.ksk.kaluga.ru",
    inn="4029030252",
    kpp="402901001",
    ogrn="1044004751746",
    bank="БАНК (укажите в настройках)",
    bic="044525225",
    account="40702810000000000000",
    correspondent="30101810400000000225",
)
"""The manuals' company. Its bank details are in no manual: these are the placeholders of `domain.md` 12.2."""


class Settings(ServiceSettings):
    """Who is paid, and how far a closing asks ahead of the answers."""

    model_config = SettingsConfigDict(env_prefix="SVET_BILLING_")

    closing_batches_ahead: int = Field(default=8, ge=1)
    """Batches of a closing that readings is asked about before the first of them is charged."""
    retailer: Retailer = KALUGA
    """JSON: who is paid and where people turn to, as bills print it."""
    window_end_day: int = Field(default=25, ge=1, le=31)
    """The last day for readings, as bills name it; readings has the same setting."""
