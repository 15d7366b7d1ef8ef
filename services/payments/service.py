"""The face of payments: contract in, handler, contract out."""

from sqlalchemy.orm import Session

from services.chassis import calls, erasure
from services.chassis.clients import RpcClient, http_client
from services.chassis.config import config
from services.chassis.events import on
from services.chassis.rpc import rpc
from services.chassis.service import Service
from services.chassis.timers import every
from services.common.clock import business_now
from services.contracts import auth, payments, readings
from services.contracts.base import Done
from services.contracts.erasure import ProfileDeleted
from services.contracts.events import Envelope
from services.payments import repository
from services.payments.acquirer.port import TIMEOUT_SECONDS
from services.payments.acquirer.sber_legacy import SberLegacy
from services.payments.handlers import callbacks, history, owner, receipts, settle, start
from services.payments.handlers.desk import Desk
from services.payments.settings import Settings


class PaymentsService(Service):
    """Orders at the acquirer, their outcome, and the history of every channel."""

    name = payments.SERVICE
    settings = config(Settings)
    bus = RpcClient("readings", "billing")
    http = http_client(TIMEOUT_SECONDS)

    @rpc(payments.START)
    def start(self, request: payments.StartRequest) -> payments.Payment:
        return start.start(self.desk, request, business_now())

    @rpc(payments.STATUS)
    def status(self, request: payments.PaymentRequest) -> payments.Payment:
        return owner.status(self.desk, request, calls.current().caller.user, business_now())

    @rpc(payments.CONTINUE)
    def continue_payment(self, request: payments.PaymentRequest) -> payments.Payment:
        return owner.continue_payment(self.desk, request, calls.current().caller.user, business_now())

    @rpc(payments.CANCEL)
    def cancel(self, request: payments.PaymentRequest) -> payments.Payment:
        return owner.cancel(self.desk, request, calls.current().caller.user, business_now())

    @rpc(payments.HISTORY)
    def history(self, request: payments.HistoryRequest) -> payments.History:
        with self.db.begin() as session:
            return history.history(session, request, calls.current().caller.user, business_now())

    @rpc(payments.RECEIPT)
    def receipt(self, request: payments.PaymentRequest) -> payments.Receipt:
        with self.db.begin() as session:
            return receipts.receipt(session, request, calls.current().caller.user, self.settings.retailer)

    @rpc(payments.CALLBACK)
    def callback(self, request: payments.CallbackRequest) -> Done:
        return callbacks.callback(self.desk, request, business_now())

    @on(readings.READING_ACCEPTED)
    def keep_accepted(self, session: Session, told: readings.ReadingTold, _: Envelope) -> None:
        history.keep_reading(session, told)

    @on(readings.READING_REFUSED)
    def keep_refused(self, session: Session, told: readings.ReadingTold, _: Envelope) -> None:
        history.keep_reading(session, told)

    @on(auth.PROFILE_DELETED)
    def forget(self, session: Session, deleted: ProfileDeleted, _: Envelope) -> None:
        erasure.forget(session, deleted, payments.PROFILE_ERASED, repository.forget)

    @every(60)
    def forget_again(self) -> None:
        with self.db.begin() as session:
            erasure.forget_again(session, repository.forget)

    @every(1)
    def poll(self) -> None:
        settle.poll(self.desk, business_now())

    @every(5)
    def measure(self) -> None:
        settle.measure(self.desk)

    @property
    def desk(self) -> Desk:
        settings = self.settings
        acquirer = SberLegacy(
            self.http, settings.acquirer_url, settings.acquirer_user, settings.acquirer_password
        )
        return Desk(self.db, self.bus, acquirer, settings)
