"""An account's statement: every posting of an interval in words, between the balances at its ends (product E7)."""

from datetime import date
from typing import Literal

from services.contracts.base import AccountNumber, Day, Kopecks, Reply, Request

Side = Literal["main", "penalty"]
Kind = Literal["opening", "charge", "recalculation", "penalty", "payment", "refund"]


class StatementRequest(Request):
    """Days of the retailer's zone, both ends included; by default the year through today."""

    account: AccountNumber
    from_date: Day | None = None
    to_date: Day | None = None


class StatementRow(Reply):
    """A posting. `amount` is above zero when it adds to what is owed, below zero when it lowers it.

    `side` says of which balance it is; `source` is the fact behind it, unique among all postings.
    """

    date: date
    kind: Kind
    text: str
    amount: Kopecks
    side: Side
    source: str


class Statement(Reply):
    """`closing_*` are `opening_*` and the rows of that side added up: the ledger's balances at the interval's end."""

    account: AccountNumber
    from_date: date
    to_date: date
    opening_main: Kopecks
    """Above zero a debt, below zero an overpayment, at the beginning of `from_date`."""
    opening_penalty: Kopecks
    closing_main: Kopecks
    closing_penalty: Kopecks
    rows: list[StatementRow]
    """Oldest first."""
