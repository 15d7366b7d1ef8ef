"""The face of billing: contract in, handler, contract out."""

from sqlalchemy.orm import Session

from services.billing.handlers import accounts, bills, money, months, other_tariffs, statement
from services.billing.handlers.paper import Paperwork
from services.billing.settings import Settings
from services.chassis import erasure
from services.chassis.config import config
from services.chassis.events import on
from services.chassis.rpc import rpc
from services.chassis.service import Service
from services.chassis.timers import every
from services.common.clock import business_now, real_now
from services.contracts import auth, billing, payments
from services.contracts import bills as bill_contract
from services.contracts import statement as statement_contract
from services.contracts.erasure import ProfileDeleted
from services.contracts.events import Envelope


class BillingService(Service):
    """Accounts, the ledger, bills, and what is due."""

    name = billing.SERVICE
    settings = config(Settings)

    @rpc(billing.PROVE_OWNERSHIP)
    def prove_ownership(self, request: billing.ProofRequest) -> billing.Proof:
        with self.db.begin() as session:
            return accounts.prove_ownership(session, request)

    @rpc(billing.ACCOUNT_STATE)
    def account_state(self, request: billing.AccountRequest) -> billing.AccountState:
        with self.db.begin() as session:
            return accounts.account_state(session, request, business_now())

    @rpc(billing.PAYMENT_SNAPSHOT)
    def payment_snapshot(self, request: billing.SnapshotRequest) -> billing.PaymentSnapshot:
        with self.db.begin() as session:
            return accounts.payment_snapshot(session, request, business_now())

    @rpc(billing.BILLS)
    def bills(self, request: bill_contract.BillsRequest) -> bill_contract.Bills:
        with self.db.begin() as session:
            return bills.archive(session, request, business_now())

    @rpc(billing.BILL)
    def bill(self, request: bill_contract.BillRequest) -> bill_contract.BillDetails:
        paperwork = Paperwork(self.settings.retailer, self.settings.window_end_day)
        with self.db.begin() as session:
            return bills.bill(session, request, paperwork, business_now())

    @rpc(billing.CHARGES)
    def charges(self, request: bill_contract.ChargesRequest) -> bill_contract.Charges:
        with self.db.begin() as session:
            return months.charges(session, request, business_now())

    @rpc(billing.STATEMENT)
    def statement(self, request: statement_contract.StatementRequest) -> statement_contract.Statement:
        with self.db.begin() as session:
            return statement.statement(session, request, business_now())

    @rpc(billing.TARIFF_COMPARISON)
    def tariff_comparison(self, request: bill_contract.ComparisonRequest) -> bill_contract.TariffComparison:
        with self.db.begin() as session:
            return other_tariffs.comparison(session, request, business_now())

    @on(payments.PAYMENT_SUCCEEDED)
    def post_payment(self, session: Session, event: payments.PaymentSucceeded, _: Envelope) -> None:
        money.post_payment(session, event, real_now())

    @on(payments.PAYMENT_REFUNDED)
    def post_refund(self, session: Session, event: payments.PaymentRefunded, _: Envelope) -> None:
        money.post_refund(session, event, real_now())

    @on(auth.PROFILE_DELETED)
    def forget(self, session: Session, deleted: ProfileDeleted, _: Envelope) -> None:
        erasure.forget(session, deleted, billing.PROFILE_ERASED, accounts.forget)

    @every(60)
    def forget_again(self) -> None:
        with self.db.begin() as session:
            erasure.forget_again(session, accounts.forget)
