"""The worker that tells billing what was used: any number of these processes take batches off one queue."""

from sqlalchemy.orm import Session

from services.chassis.config import config
from services.chassis.events import on
from services.chassis.service import Service
from services.contracts import billing
from services.contracts.closing import ConsumptionWanted, EstimatesMade
from services.contracts.events import Envelope
from services.readings.handlers import closing
from services.readings.settings import Settings


class ReadingsClosingService(Service):
    """Answers frozen batches, and keeps what was estimated."""

    name = "readings-closing"
    background = True
    settings = config(Settings)

    @on(billing.CONSUMPTION_WANTED)
    def tell_consumption(self, session: Session, wanted: ConsumptionWanted, _: Envelope) -> None:
        closing.tell_consumption(session, wanted, self.settings)

    @on(billing.ESTIMATES_MADE)
    def keep_estimates(self, session: Session, made: EstimatesMade, _: Envelope) -> None:
        closing.keep_estimates(session, made)
