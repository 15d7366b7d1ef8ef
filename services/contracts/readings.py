"""What readings gives: an account's meter, checking and submitting a reading, the history, consumption."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from services.contracts.base import (
    AccountNumber,
    Day,
    Event,
    Moment,
    Operation,
    Payload,
    PeriodText,
    Reply,
    Request,
)
from services.contracts.closing import ConsumptionTold
from services.contracts.erasure import ProfileErased

SERVICE = "readings"

Zone = Literal["single", "day", "night", "half_peak"]
ZONES: dict[int, tuple[Zone, ...]] = {
    1: ("single",),
    2: ("day", "night"),
    3: ("day", "night", "half_peak"),
}
"""Zones of a one-, two- and three-zone meter, in the order that `values` lists them."""

Status = Literal["accepted", "refused"]
Source = Literal["customer", "control", "automatic", "average", "norm", "opening", "installation", "removal"]
"""`installation` and `removal`: what a meter showed when it was put up or taken away."""
Doubt = Literal["ROLLOVER", "IMPLAUSIBLE_HIGH", "ZONES_SWAPPED"]
Refusal = Literal["LOWER_THAN_PREVIOUS", "NEWER_EXISTS", "METER_CLOSED"]
Warning = Literal["VERIFICATION_EXPIRED", "OUT_OF_WINDOW"]
"""A reading is accepted all the same: its message says what that means."""
Input = Literal["open", "no_meter", "automatic"]


class AccountRequest(Request):
    account: AccountNumber


class Meter(Reply):
    """A meter as its owner sees it. `previous` are the readings of the last closed period, kWh, by zone.

    Without any reading yet `previous` is empty.
    """

    id: UUID
    serial: str
    model: str
    zones: list[Zone]
    digits: int
    kind: Literal["manual", "automatic"]
    state: Literal["working", "faulty", "closed"] = "working"
    verification_due: date | None
    previous: list[int]
    previous_on: date | None


class MeterState(Reply):
    """What the input form follows: whether there is input, for what meter, and for which period.

    `input` is `no_meter` also for a faulty or closed meter (product C3), which `meter` then shows. `late` is
    True after the window's end of the running month: the reading counts for the next period.
    """

    account: AccountNumber
    input: Input
    meter: Meter | None
    period: PeriodText
    window_starts_on: date | None = None
    """Shown to people only: a reading is taken on any day."""
    window_ends_on: date
    late: bool
    warnings: list[Warning] = []
    note: str | None = None
    """For people: why there is no input, or what will become of a reading given today."""


Values = Annotated[list[Annotated[str, Field(max_length=20)]], Field(min_length=1, max_length=3)]
"""Readings as typed, one text a zone, in the meter's order; format errors come back by field `values.N`."""


class ReadingRequest(Request):
    """`confirm` is the token that an earlier answer with doubts gave for these very values."""

    account: AccountNumber
    values: Values
    confirm: str | None = None


class SubmitRequest(ReadingRequest):
    payment_id: UUID | None = None
    """Set by payments: the reading was given with this payment."""


class Verdict(Reply):
    """What would come of a reading: accepted, refused with a reason, or doubts to be confirmed first.

    `confirm` is to be sent back when the person says the values are right; `message` is for people.
    """

    status: Status
    reason: Refusal | None = None
    doubts: list[Doubt] = []
    warnings: list[Warning] = []
    confirm: str | None = None
    message: str | None = None


class Reading(Reply):
    """One reading of the history: values in kWh by zone, and what became of it.

    `current` is False when a later submission of the same period took its place, and for a refused one.
    """

    id: UUID
    meter_id: UUID
    serial: str
    zones: list[Zone]
    values: list[int]
    period: PeriodText
    taken_at: Moment
    source: Source
    status: Status
    reason: Refusal | None
    message: str
    """Why, and what to do."""
    current: bool
    warnings: list[Warning] = []


class HistoryRequest(Request):
    """Readings of the given periods (both ends included), newest first."""

    account: AccountNumber
    from_period: PeriodText | None = None
    to_period: PeriodText | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class Estimated(Reply):
    """A month charged without a reading: kWh by zone as decimal texts. No meter showed them."""

    period: PeriodText
    source: Literal["average", "norm"]
    zones: list[Zone]
    kwh: list[str]
    message: str


class History(Reply):
    """`estimates` are of the same periods as the readings, newest first."""

    account: AccountNumber
    readings: list[Reading]
    estimates: list[Estimated] = []


class StatisticsRequest(Request):
    """Consumption of the given months (both ends included)."""

    account: AccountNumber
    from_period: PeriodText | None = None
    to_period: PeriodText | None = None


class MonthUse(Reply):
    """What was used in a month, kWh by zone. A month in which the meter was replaced has a row for each.

    `actual` volumes are whole, and add up to what the meter showed: what was used between two readings is spread
    over its days. An estimate gives way to them.
    """

    period: PeriodText
    source: Literal["actual", "estimated"]
    basis: Literal["meter", "average", "norm"]
    serial: str | None = None
    zones: list[Zone]
    kwh: list[str]


class Statistics(Reply):
    """Oldest month first; a month that nothing is known of is left out."""

    account: AccountNumber
    months: list[MonthUse]


class HoursRequest(Request):
    account: AccountNumber
    day: Day


class MeterHours(Reply):
    """Wh by hour of the day, from midnight on; None where the meter told nothing."""

    serial: str
    starts_at: Moment
    wh: list[int | None]


class Hours(Reply):
    """A day as automatic meters told it; no meter for a day of which nothing is known."""

    account: AccountNumber
    day: date
    meters: list[MeterHours]


class ReadingTold(Payload):
    """A reading was given: complete and immutable. `payment_id` is set when it came with a payment."""

    reading_id: UUID
    account: AccountNumber
    meter_id: UUID
    zones: list[Zone]
    values: list[int]
    period: PeriodText
    taken_at: Moment
    source: Source
    status: Status
    reason: Refusal | None = None
    payment_id: UUID | None = None
    user: UUID | None = None


METER_STATE = Operation(SERVICE, "meter_state", AccountRequest, MeterState)
CHECK_READING = Operation(SERVICE, "check_reading", ReadingRequest, Verdict)
SUBMIT_READING = Operation(SERVICE, "submit_reading", SubmitRequest, Reading, idempotent=True)
HISTORY = Operation(SERVICE, "history", HistoryRequest, History)
STATISTICS = Operation(SERVICE, "statistics", StatisticsRequest, Statistics)
HOURS = Operation(SERVICE, "hours", HoursRequest, Hours)
OPERATIONS = (METER_STATE, CHECK_READING, SUBMIT_READING, HISTORY, STATISTICS, HOURS)

READING_ACCEPTED = Event(SERVICE, "reading.accepted", ReadingTold)
READING_REFUSED = Event(SERVICE, "reading.refused", ReadingTold)
PROFILE_ERASED = Event(SERVICE, "profile.erased", ProfileErased)
CONSUMPTION_TOLD = Event(SERVICE, "consumption.told", ConsumptionTold)
EVENTS = (READING_ACCEPTED, READING_REFUSED, PROFILE_ERASED, CONSUMPTION_TOLD)
