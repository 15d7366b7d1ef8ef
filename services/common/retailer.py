"""The retailer as paper names it: who is paid, and where people turn to."""

from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from services.common.requisites import is_inn, is_ogrn


@dataclass(frozen=True, slots=True)
class Retailer:
    """Who is paid, and where people turn to. `account` and `correspondent` are of the bank, 20 digits."""

    name: str
    address: str
    phone: str
    cabinet_phone: str
    email: str
    site: str
    cabinet: str
    """Root of the self-service portal, `https://...`, without a slash at the end."""
    inn: str
    kpp: str
    ogrn: str
    bank: str
    bic: str
    account: str
    correspondent: str


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


def _checked(retailer: Retailer) -> Retailer:
    """A mistyped number must not get onto bills."""
    if not is_inn(retailer.inn) or not is_ogrn(retailer.ogrn):
        raise ValueError("the retailer's INN or OGRN does not pass its control digits")
    return retailer


RetailerSetting = Annotated[Retailer, AfterValidator(_checked), Field(validation_alias="SVET_RETAILER")]
"""`retailer: RetailerSetting = KALUGA`: JSON of every field; billing and payments must read the same."""
