"""The worker that closes months: any number of these processes take batches off one queue."""

from sqlalchemy.orm import Session

from services.billing.handlers import closing
from services.billing.settings import Settings
from services.chassis import crash
from services.chassis.config import config
from services.chassis.events import on
from services.chassis.service import Service
from services.chassis.timers import every
from services.common.clock import business_now
from services.contracts import readings
from services.contracts.closing import ConsumptionTold
from services.contracts.events import Envelope


class BillingClosingService(Service):
    """Asks readings about frozen batches, and charges those that are answered."""

    name = "billing-closing"
    background = True
    settings = config(Settings)
    books = closing.Books()

    @every(0.5)
    def ask(self) -> None:
        with self.db.begin() as session:
            asked = closing.ask(session, self.settings.closing_batches_ahead, business_now())
        if asked:
            crash.point("closing_after_asking")

    @every(2)
    def tell_progress(self) -> None:
        with self.db.begin() as session:
            closing.tell_progress(session)

    @on(readings.CONSUMPTION_TOLD)
    def charge_batch(self, session: Session, told: ConsumptionTold, _: Envelope) -> None:
        now = business_now()
        closing.charge_batch(session, told, self.books.of(session, told.run, now), now)
