"""The face of readings: contract in, handler, contract out."""

from sqlalchemy.orm import Session

from services.chassis import calls, erasure
from services.chassis.config import config
from services.chassis.events import on
from services.chassis.rpc import rpc
from services.chassis.service import Service
from services.chassis.timers import every
from services.common.clock import business_now
from services.contracts import auth, readings
from services.contracts.erasure import ProfileDeleted
from services.contracts.events import Envelope
from services.readings.handlers import feed, statistics, submitting
from services.readings.repository import submitting as repository
from services.readings.settings import Settings


class ReadingsService(Service):
    """Meters, submitted readings, and the history."""

    name = readings.SERVICE
    settings = config(Settings)

    @rpc(readings.METER_STATE)
    def meter_state(self, request: readings.AccountRequest) -> readings.MeterState:
        with self.db.begin() as session:
            return submitting.meter_state(session, request, self.settings, business_now())

    @rpc(readings.CHECK_READING)
    def check_reading(self, request: readings.ReadingRequest) -> readings.Verdict:
        with self.db.begin() as session:
            return submitting.check_reading(session, request, self.settings, business_now())

    @rpc(readings.SUBMIT_READING)
    def submit_reading(self, request: readings.SubmitRequest) -> readings.Reading:
        return self.db.once(
            readings.SUBMIT_READING,
            request,
            lambda session: submitting.submit_reading(
                session, request, self.settings, calls.current(), business_now
            ),
        )

    @rpc(readings.HISTORY)
    def history(self, request: readings.HistoryRequest) -> readings.History:
        with self.db.begin() as session:
            return submitting.history(session, request)

    @rpc(readings.STATISTICS)
    def statistics(self, request: readings.StatisticsRequest) -> readings.Statistics:
        with self.db.begin() as session:
            return statistics.consumption(session, request)

    @rpc(readings.HOURS)
    def hours(self, request: readings.HoursRequest) -> readings.Hours:
        with self.db.begin() as session:
            return feed.hours(session, request)

    @on(auth.PROFILE_DELETED)
    def forget(self, session: Session, deleted: ProfileDeleted, _: Envelope) -> None:
        erasure.forget(session, deleted, readings.PROFILE_ERASED, repository.forget)

    @every(60)
    def forget_again(self) -> None:
        with self.db.begin() as session:
            erasure.forget_again(session, repository.forget)
