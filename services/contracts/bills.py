"""Bills as billing tells them: the archive, a bill explained line by line, months of charges, other tariffs."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.contracts.base import (
    AccountNumber,
    Kopecks,
    Moment,
    PeriodText,
    PositiveKopecks,
    Reply,
    Request,
)
from services.contracts.readings import Zone

Way = Literal["meter", "average", "norm"]
Basis = Literal["meter", "average", "norm", "norm_factor", "interference", "common_house", "benefit"]
Source = Literal["customer", "control", "automatic", "average", "norm", "opening"]
Channel = Literal["cabinet", "bank", "post", "other"]
Kwh = Annotated[str, Field(pattern=r"^-?[0-9]+(\.[0-9]{1,3})?$", examples=["61.333"])]
"""kWh as a decimal text with at most three decimals; sums are counted by the exact volume."""
Roubles = Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+)?$", examples=["8.32"])]
"""Roubles a kWh as a decimal text."""
Format = Literal["pdf", "png"]


class BillsRequest(Request):
    """The archive of an account, newest first."""

    account: AccountNumber
    limit: Annotated[int, Field(ge=1, le=240)] = 240


class BillRow(Reply):
    """A bill of the archive. `document` is False for a bill that came with the registry: it has no paper of ours."""

    id: UUID
    period: PeriodText
    number: str
    amount: Kopecks
    published_at: Moment
    due_on: date
    current: bool
    document: bool


class Bills(Reply):
    account: AccountNumber
    bills: list[BillRow]


class BillRequest(Request):
    account: AccountNumber
    period: PeriodText


class BillZone(Reply):
    """What one zone of a meter showed, and the kWh between, a rollover included."""

    zone: Zone
    before: int
    now: int | None
    kwh: int | None


class BillMeter(Reply):
    serial: str
    digits: int
    zones: list[BillZone]
    before_on: date
    before_source: Source
    now_on: date | None
    now_source: Source | None


class BillLine(Reply):
    """A line of the month. `explanation` tells in Russian from what and how it was made, `act` names the price's
    source. `volume` and `price` are None for a benefit, whose `amount` is below zero."""

    title: str
    basis: Basis
    zone: Zone
    range: int
    range_text: str
    """`до 3 900`, in kWh a month; empty where ranges are not applied."""
    first: date
    last: date
    volume: Kwh | None
    price: Roubles | None
    amount: Kopecks
    explanation: str
    act: str


class BillRecalculation(Reply):
    """An earlier month priced anew; `reason` is a sentence."""

    period: PeriodText
    reason: str
    kwh_before: Kwh
    before: Kopecks
    kwh_after: Kwh
    after: Kopecks
    amount: Kopecks


class PenaltyWorking(Reply):
    """One working of the penalty: `debt` x `percent` x `part` of it x days."""

    due_on: date
    first: date
    last: date
    days: int
    debt: Kopecks
    percent: str
    part: str
    amount: Kopecks
    explanation: str


class BillPenalty(Reply):
    """The penalty stands apart from the main debt."""

    opening: Kopecks
    accrued: Kopecks
    paid: Kopecks
    balance: Kopecks
    workings: list[PenaltyWorking]


class BillPayment(Reply):
    """A payment counted on the bill; a refund is below zero."""

    on: date
    amount: Kopecks
    channel: Channel


class BillCause(Reply):
    """Why a month differs. The amounts add up to the difference; a remark has none."""

    kind: Literal["volume", "price", "mix", "recalculation", "other", "rounding", "estimate"]
    amount: Kopecks | None
    text: str


class BillComparison(Reply):
    """This month against another one: what both asked for their energy, recalculation included."""

    period: PeriodText
    kwh: Kwh
    kwh_difference: Kwh
    """This month's less the other's."""
    charged: Kopecks
    """Of the other month."""
    difference: Kopecks
    """This month's less the other's."""
    causes: list[BillCause]


class BillDetails(Reply):
    """A bill as on paper (product E4), and why it is so much (H1).

    Of a bill that came with the registry (`document` False) only the sum and the dates are known: lists are
    empty, and what is None is not known.
    """

    id: UUID
    account: AccountNumber
    period: PeriodText
    number: str
    published_at: Moment
    due_on: date
    current: bool
    document: bool
    to_pay: Kopecks
    address: str
    residents: int
    tariff: str
    way: Way | None = None
    estimated: str | None = None
    """How the month was charged without a reading, in a sentence or two; None for one by the meter."""
    kwh: Kwh | None = None
    meters: list[BillMeter] = []
    lines: list[BillLine] = []
    charged: Kopecks | None = None
    vat_percent: str | None = None
    vat: Kopecks | None = None
    """Inside `charged` and the recalculations."""
    recalculations: list[BillRecalculation] = []
    recalculated: Kopecks | None = None
    opening: Kopecks | None = None
    payments: list[BillPayment] = []
    paid: Kopecks | None = None
    balance: Kopecks | None = None
    penalty: BillPenalty | None = None
    read_until: date | None = None
    previous_month: BillComparison | None = None
    """None when that month has no charge of ours."""
    last_year: BillComparison | None = None


class ChargesRequest(Request):
    """Months, both ends included; by default the last twelve."""

    account: AccountNumber
    from_period: PeriodText | None = None
    to_period: PeriodText | None = None


class ChargedMonth(Reply):
    """What a month's bill asked, and what was paid in the month by the calendar, refunds taken off.

    `bill`: `own`; `registry` (it came with the registry: only `to_pay` is known of it); `none` (money came in a
    month that has no bill).
    """

    period: PeriodText
    bill: Literal["own", "registry", "none"]
    way: Way | None
    kwh: Kwh | None
    charged: Kopecks | None
    recalculated: Kopecks | None
    penalty: Kopecks | None
    paid: Kopecks
    to_pay: Kopecks | None
    balance: Kopecks | None


class Charges(Reply):
    """Oldest month first; a month that nothing is known of is left out."""

    account: AccountNumber
    from_period: PeriodText
    to_period: PeriodText
    months: list[ChargedMonth]


class ComparisonRequest(Request):
    account: AccountNumber


class ZoneShare(Reply):
    zone: Zone
    kwh: Kwh


class TariffOption(Reply):
    """The same consumption by another tariff form. `difference` is to the present form: below zero is cheaper.

    `basis`: `own` (the meter's own zones say it) or `profile` (split by the stated typical profile).
    """

    form: Annotated[int, Field(ge=1, le=3)]
    name: str
    present: bool
    basis: Literal["own", "profile"]
    zones: list[ZoneShare]
    total: Kopecks
    difference: Kopecks


class TariffComparison(Reply):
    """The consumption of `months` (at most the last twelve) priced by each form at the prices of `priced_on`.

    Empty `options` mean that nothing can be compared: the caveats say why.
    """

    account: AccountNumber
    priced_on: date
    months: list[PeriodText]
    kwh: Kwh
    options: list[TariffOption]
    profile: str | None
    """What the typical profile is and where it comes from; None when it was not needed."""
    caveats: list[str]


class DocumentRequest(Request):
    account: AccountNumber
    period: PeriodText
    format: Format = "pdf"


class ReceiptLine(Reply):
    """A reading given with the payment, as the paper names its zone."""

    zone: Zone
    kwh: int


class ReceiptRequest(Request):
    """A payment's receipt to be drawn, all of it: billing knows nothing of payments but what its ledger holds."""

    payment_id: UUID
    account: AccountNumber
    address: Annotated[str, Field(max_length=600)]
    paid_at: Moment
    amount: PositiveKopecks
    refunded: Annotated[int, Field(ge=0)] = 0
    order_number: Annotated[str, Field(max_length=64)]
    status: Annotated[str, Field(max_length=200)]
    readings: Annotated[list[ReceiptLine], Field(max_length=3)] = []
    format: Format = "pdf"


class Document(Reply):
    """A drawn file in object storage; its key names it by content and holds nothing personal."""

    key: Annotated[str, Field(pattern=r"^[a-z]+/[0-9a-f]{2}/[0-9a-f]{64}\.(pdf|png)$")]
    size: int
