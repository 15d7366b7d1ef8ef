"""Closing a month between billing and readings: batches asked and answered by event (design, "Closing a month")."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.contracts.base import AccountNumber, Payload, PeriodText

BATCH = 400
"""Accounts in a batch: its answer stays well under wire.MAX_EVENT."""

Answer = Literal["metered", "no_reading", "faulty", "no_meter", "problem"]
"""`metered`: what the meters showed is known through the period's end. `no_reading`: a working meter, nothing
told for the period. `faulty`: a meter that is broken or unverified. `problem`: the account must not be charged
by guess; `problem` says why."""
Problem = Literal[
    "two_open_meters",
    "no_opening_reading",
    "reading_of_the_future",
    "inconsistent_readings",
    "unknown_account",
]
Form = Annotated[int, Field(ge=1, le=3)]
"""Zones of the meter: 1, 2 or 3, in the order of readings.ZONES."""


class ConsumptionWanted(Payload):
    """Billing froze these accounts: what did they use through the end of the period?

    A reading accepted after this belongs to the next period, unless it is a `dry` run, which leaves no trace.
    """

    run: UUID
    dry: bool = False
    period: PeriodText
    batch: int
    accounts: list[AccountNumber]


class Stand(Payload):
    """What a meter showed: kWh by zone, when and by whom it was taken; `counts_on` is the day it stands for
    (a period's last day, or the very day of an installation or removal)."""

    values: list[int]
    taken_on: date
    counts_on: date
    source: str


class MeterUse(Payload):
    """One meter since its last actual reading that was charged: `kwh` by zone, the rollover included."""

    meter_id: UUID
    serial: str
    form: Form
    digits: int
    before: Stand
    now: Stand
    kwh: list[int]


class PastUse(Payload):
    """Actual consumption of a past stretch of days (after `after`, through `until`), for an average."""

    form: Form
    kwh: list[int]
    after: date
    until: date


class AccountConsumption(Payload):
    """An account's answer. `past` (the last twelve months, newest first) comes only when an estimate may be due."""

    account: AccountNumber
    answer: Answer
    problem: Problem | None = None
    form: Form | None = None
    meters: list[MeterUse] = []
    past: list[PastUse] = []


class ConsumptionTold(Payload):
    """Readings' answer for every account of a batch, in the batch's order."""

    run: UUID
    period: PeriodText
    batch: int
    accounts: list[AccountConsumption]


class Estimate(Payload):
    """A month charged without a reading: kWh by zone as decimal texts."""

    account: AccountNumber
    basis: Literal["average", "norm"]
    form: Form
    kwh: list[str]


class EstimatesMade(Payload):
    """Billing's estimates of a batch, so that the history of readings can show them with their source."""

    run: UUID
    period: PeriodText
    batch: int
    estimates: list[Estimate]


class PublishedBill(Payload):
    bill_id: UUID
    account: AccountNumber
    amount: int
    due_on: date


class BillsPublished(Payload):
    """A batch of bills that have just become current."""

    run: UUID
    period: PeriodText
    batch: int
    bills: list[PublishedBill]
