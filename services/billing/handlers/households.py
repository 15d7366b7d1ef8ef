"""The household of a bill: as it was at the closing, whatever the registry says of the account since."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from services.billing.handlers.accounts import written_address
from services.billing.models import Account, Charge
from services.billing.repository.closing import Standing


@dataclass(frozen=True)
class Household:
    """What paper says of an account; `address` as it is written, without the postcode."""

    account: str
    address: str
    postcode: str
    residents: int
    tariff_group: str
    area_m2: Decimal | None


def to_keep(standing: Standing) -> dict[str, Any]:
    """What is kept with a charge, of the account as the closing saw it."""
    return {
        "address": str(standing.address),
        "postcode": standing.postcode,
        "residents": standing.residents,
        "tariff_group": standing.tariff_group,
        "area_m2": None if standing.area_m2 is None else str(standing.area_m2),
    }


def household_of(account: Account, charge: Charge | None) -> Household:
    """As kept with the charge; from the registry for a bill that came with it, and for charges made before
    anything was kept.
    """
    kept: Mapping[str, Any] | None = charge.household if charge else None
    if kept is None:
        return Household(
            account.account,
            str(written_address(account)),
            account.postcode,
            account.residents,
            account.tariff_group,
            account.area_m2,
        )
    area = kept["area_m2"]
    return Household(
        account.account,
        kept["address"],
        kept["postcode"],
        kept["residents"],
        kept["tariff_group"],
        None if area is None else Decimal(area),
    )
