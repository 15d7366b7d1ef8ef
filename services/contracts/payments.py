"""What payments gives: start, status, continue, cancel, history of every channel, the acquirer's callback."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import EmailStr, Field

from services.contracts.base import (
    AccountNumber,
    Day,
    Done,
    Event,
    Kopecks,
    Moment,
    Operation,
    Payload,
    PositiveKopecks,
    Reply,
    Request,
)
from services.contracts.erasure import ProfileErased
from services.contracts.letters import LetterWanted
from services.contracts.readings import Values, Zone

SERVICE = "payments"

State = Literal[
    "registering",  # the order is being made at the acquirer
    "awaiting",  # the order exists, nobody began to pay
    "authenticating",  # the card's bank is asking its owner
    "held",  # money is held
    "unknown",  # the acquirer itself does not know yet
    "succeeded",
    "failed",  # money not taken
    "cancelled",
    "partly_refunded",
    "refunded",
    "quarantined",  # the acquirer's answer contradicts ours: people must look
]
Channel = Literal["cabinet", "bank", "post", "other"]


class StartRequest(Request):
    """Pay `amount` kopecks, with the meter's values where the account has a manual meter (product D1).

    `receipt_email` is where the receipt goes; `consent` is the tick «в целях исполнения договора».
    """

    account: AccountNumber
    amount: PositiveKopecks
    values: Values | None = None
    confirm: str | None = None
    receipt_email: EmailStr
    consent: Literal[True]


class PaymentRequest(Request):
    account: AccountNumber
    payment_id: UUID


class Payment(Reply):
    """A payment of an account. `form_url` is the bank's page: while it can be paid, for who started it only."""

    id: UUID
    account: AccountNumber
    state: State
    amount: Kopecks
    refunded: Kopecks
    created_at: Moment
    paid_at: Moment | None
    form_url: str | None
    message: str
    """The state in the person's words, e.g. «Платёж успешно выполнен»."""


class HistoryRequest(Request):
    """Everything in an interval of Moscow dates, both included; by default the last 3 months."""

    account: AccountNumber
    from_date: Day | None = None
    to_date: Day | None = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100


class HistoryRow(Reply):
    """A payment of any channel, or a reading given without one (`amount` None, product D7)."""

    id: UUID
    kind: Literal["payment", "reading"]
    at: Moment
    amount: Kopecks | None
    refunded: Kopecks = 0
    zones: list[Zone]
    values: list[int]
    state: State | None
    channel: Channel
    message: str
    """The status in words: «Платёж успешно выполнен», «Передача показаний без оплаты», …"""
    receipt: bool
    """True when there is a receipt to open."""


class History(Reply):
    account: AccountNumber
    from_date: date
    to_date: date
    rows: list[HistoryRow]


class Seller(Reply):
    """The retailer with its requisites, as receipts name it."""

    name: str
    address: str
    phone: str
    email: str
    inn: str
    kpp: str
    ogrn: str
    bank: str
    bic: str
    account: str
    correspondent: str


class Receipt(Reply):
    """The receipt (квитанция, product D8) of a payment whose money was taken, for who made it only.

    `address` is the supply object's as it was at the payment; `zones` and `values` the readings given with it.
    """

    payment_id: UUID
    account: AccountNumber
    address: str
    state: State
    status: str
    """The state in words; it says so when money went back."""
    amount: Kopecks
    refunded: Kopecks
    paid_at: Moment
    order_number: str
    zones: list[Zone]
    values: list[int]
    retailer: Seller


class CallbackRequest(Request):
    """The acquirer's callback: every parameter as received, URL-decoded (`domain.md` 1.7)."""

    parameters: Annotated[dict[str, Annotated[str, Field(max_length=1000)]], Field(max_length=50)]


class PaymentSucceeded(Payload):
    """The acquirer says the money is taken. `paid_at` is its deposited time; `order_number` is ours."""

    payment_id: UUID
    account: AccountNumber
    amount: PositiveKopecks
    currency: Literal["643"]
    paid_at: Moment
    channel: Channel
    order_number: str
    acquirer_order_id: str
    reading_id: UUID | None
    zones: list[Zone]
    values: list[int]
    main: Kopecks
    penalty: Kopecks


class PaymentFailed(Payload):
    payment_id: UUID
    account: AccountNumber
    amount: PositiveKopecks
    reason: str
    failed_at: Moment


class PaymentRefunded(Payload):
    """Money went back to the card. `refund_id` is unique to this refund; `amount` is this refund's part.

    `penalty` is what of the amount the penalty gives back; the rest comes out of the main debt.
    """

    payment_id: UUID
    refund_id: UUID
    account: AccountNumber
    amount: PositiveKopecks
    penalty: Annotated[int, Field(ge=0)] = 0
    refunded_at: Moment
    channel: Channel


START = Operation(SERVICE, "start", StartRequest, Payment, idempotent=True, timeout=15.0)
STATUS = Operation(SERVICE, "status", PaymentRequest, Payment, timeout=10.0)
"""Asks the acquirer first when the outcome is open."""
CONTINUE = Operation(SERVICE, "continue_payment", PaymentRequest, Payment, timeout=10.0)
CANCEL = Operation(SERVICE, "cancel", PaymentRequest, Payment, timeout=10.0)
HISTORY = Operation(SERVICE, "history", HistoryRequest, History)
RECEIPT = Operation(SERVICE, "receipt", PaymentRequest, Receipt)
CALLBACK = Operation(SERVICE, "callback", CallbackRequest, Done, timeout=10.0)
OPERATIONS = (START, STATUS, CONTINUE, CANCEL, HISTORY, RECEIPT, CALLBACK)

PAYMENT_SUCCEEDED = Event(SERVICE, "payment.succeeded", PaymentSucceeded)
PAYMENT_FAILED = Event(SERVICE, "payment.failed", PaymentFailed)
PAYMENT_REFUNDED = Event(SERVICE, "payment.refunded", PaymentRefunded)
LETTER_WANTED = Event(SERVICE, "letter.wanted", LetterWanted, private=True)
PROFILE_ERASED = Event(SERVICE, "profile.erased", ProfileErased)
EVENTS = (PAYMENT_SUCCEEDED, PAYMENT_FAILED, PAYMENT_REFUNDED, LETTER_WANTED, PROFILE_ERASED)
