"""The end of a profile, and the services' word that they have erased it."""

from sqlalchemy.orm import Session

from services.auth.faces.base import Face
from services.auth.handlers import deletion
from services.auth.handlers.confirming import confirm_password
from services.auth.repository import erasure as table
from services.chassis import erasure
from services.chassis.events import on
from services.chassis.rpc import rpc
from services.chassis.timers import every
from services.common.clock import real_now
from services.contracts import auth, billing, notify, payments, readings
from services.contracts.base import Done
from services.contracts.erasure import ProfileErased
from services.contracts.events import Envelope


class DeletionFace(Face):
    """Deletion on the person's wish, and its acknowledgements."""

    @rpc(auth.profile.DELETE_PROFILE)
    def delete_profile(self, request: auth.profile.Deletion) -> Done:
        confirm_password(self.db, self.settings, request, request.password, real_now)
        with self.db.begin() as session:
            deletion.delete_profile(session, self.settings, request.user, real_now(), signed=request.session)
        return Done()

    @on(billing.PROFILE_ERASED)
    def erased_by_billing(self, session: Session, told: ProfileErased, _: Envelope) -> None:
        deletion.erased(session, billing.SERVICE, told, real_now())

    @on(readings.PROFILE_ERASED)
    def erased_by_readings(self, session: Session, told: ProfileErased, _: Envelope) -> None:
        deletion.erased(session, readings.SERVICE, told, real_now())

    @on(payments.PROFILE_ERASED)
    def erased_by_payments(self, session: Session, told: ProfileErased, _: Envelope) -> None:
        deletion.erased(session, payments.SERVICE, told, real_now())

    @on(notify.PROFILE_ERASED)
    def erased_by_notify(self, session: Session, told: ProfileErased, _: Envelope) -> None:
        deletion.erased(session, notify.SERVICE, told, real_now())

    @every(60)
    def erase_again(self) -> None:
        with self.db.begin() as session:
            erasure.forget_again(session, table.erase_users)

    @every(5)
    def count_deletions(self) -> None:
        with self.db.begin() as session:
            deletion.measure(session, real_now())
