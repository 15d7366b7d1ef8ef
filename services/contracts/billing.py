"""What billing gives: accounts, proof of ownership, state of an account, a snapshot for a payment."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.contracts.base import (
    AccountNumber,
    Event,
    Kopecks,
    Moment,
    Operation,
    PeriodText,
    PositiveKopecks,
    Reply,
    Request,
)
from services.contracts.bills import (
    BillDetails,
    BillRequest,
    Bills,
    BillsRequest,
    Charges,
    ChargesRequest,
    ComparisonRequest,
    Document,
    DocumentRequest,
    ReceiptRequest,
    TariffComparison,
)
from services.contracts.closing import BillsPublished, ConsumptionWanted, EstimatesMade
from services.contracts.erasure import ProfileErased
from services.contracts.statement import Statement, StatementRequest

SERVICE = "billing"
DOCUMENTS = "billing-documents"
"""The further process that draws, so that the interactive one never waits for paper."""


class ProofRequest(Request):
    """Does this address belong to this account? The address as a person wrote it."""

    account: AccountNumber
    address: Annotated[str, Field(min_length=1, max_length=300)]


class Proof(Reply):
    """`proven` is False for a wrong address and for an unknown account alike.

    `known` tells these two apart for the audit trail: nothing of it may be answered to a person.
    """

    proven: bool
    known: bool = False


class AccountRequest(Request):
    account: AccountNumber


class Bill(Reply):
    """The current bill as a record: the money asked for a period, and until when."""

    id: UUID
    period: PeriodText
    amount: Kopecks
    published_at: Moment
    due_on: date


class AccountState(Reply):
    """An account now. `balance` is the ledger's: positive is a debt, negative an overpayment.

    `paid_on_current_bill` is the sum of «Оплачено по текущей квитанции» (product D6), None while there is no
    such payment: then the line is not shown. `included_payments` are the cabinet's payments since the current
    bill that the balance already counts; a payment that is not among them «зачисляется».
    """

    account: AccountNumber
    as_of: Moment
    address: str
    tariff_group: str
    residents: int
    balance: Kopecks
    due: Kopecks
    """What is due now: the balance, or 0 on an overpayment."""
    charged: Kopecks
    """Amount of the current bill; 0 without one."""
    paid_since_bill: Kopecks
    """Payments of every channel, less refunds, since the current bill was published."""
    penalty: Kopecks
    bill: Bill | None
    paid_on_current_bill: Kopecks | None
    included_payments: list[UUID]


class SnapshotRequest(Request):
    account: AccountNumber
    amount: PositiveKopecks


class PaymentSnapshot(Reply):
    """What a payment keeps of the account at its start: the address, the bill, how the sum is split.

    `main` and `penalty` add up to the sum; `over` is what of `main` goes beyond the debt: a refund gives it back
    first (`docs/ledger.md`).
    """

    account: AccountNumber
    address: str
    bill_id: UUID | None
    bill_period: PeriodText | None
    main: Kopecks
    penalty: Kopecks
    over: Kopecks = 0


PROVE_OWNERSHIP = Operation(SERVICE, "prove_ownership", ProofRequest, Proof)
ACCOUNT_STATE = Operation(SERVICE, "account_state", AccountRequest, AccountState)
PAYMENT_SNAPSHOT = Operation(SERVICE, "payment_snapshot", SnapshotRequest, PaymentSnapshot)
BILLS = Operation(SERVICE, "bills", BillsRequest, Bills)
BILL = Operation(SERVICE, "bill", BillRequest, BillDetails)
CHARGES = Operation(SERVICE, "charges", ChargesRequest, Charges)
TARIFF_COMPARISON = Operation(SERVICE, "tariff_comparison", ComparisonRequest, TariffComparison)
STATEMENT = Operation(SERVICE, "statement", StatementRequest, Statement)
BILL_DOCUMENT = Operation(DOCUMENTS, "bill_document", DocumentRequest, Document, timeout=8.0)
RECEIPT_DOCUMENT = Operation(DOCUMENTS, "receipt_document", ReceiptRequest, Document, timeout=7.0)
OPERATIONS = (
    PROVE_OWNERSHIP,
    ACCOUNT_STATE,
    PAYMENT_SNAPSHOT,
    BILLS,
    BILL,
    CHARGES,
    TARIFF_COMPARISON,
    STATEMENT,
    BILL_DOCUMENT,
    RECEIPT_DOCUMENT,
)

PROFILE_ERASED = Event(SERVICE, "profile.erased", ProfileErased)
CONSUMPTION_WANTED = Event(SERVICE, "consumption.wanted", ConsumptionWanted)
ESTIMATES_MADE = Event(SERVICE, "estimates.made", EstimatesMade)
BILLS_PUBLISHED = Event(SERVICE, "bills.published", BillsPublished)
EVENTS = (PROFILE_ERASED, CONSUMPTION_WANTED, ESTIMATES_MADE, BILLS_PUBLISHED)
