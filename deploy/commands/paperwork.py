"""What bills say beside an account's own facts, for commands: from the same settings as billing's."""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.billing.handlers.paper import Paperwork


def paperwork() -> "Paperwork":
    """The retailer and the end of the reading window, as the environment tells them."""
    from pydantic import TypeAdapter

    from services.billing.handlers.paper import Paperwork
    from services.common.retailer import KALUGA, Retailer

    told = os.environ.get("SVET_RETAILER")
    retailer = TypeAdapter(Retailer).validate_json(told) if told else KALUGA
    return Paperwork(retailer, int(os.environ.get("SVET_READINGS_WINDOW_END_DAY", "25")))
