"""The face of auth, put together from its topics."""

from datetime import timedelta

from services.auth.faces.accounts import AccountsFace
from services.auth.faces.consents import ConsentsFace
from services.auth.faces.deletion import DeletionFace
from services.auth.faces.devices import DevicesFace
from services.auth.faces.profile import ProfileFace
from services.auth.faces.registration import RegistrationFace
from services.auth.faces.sessions import SessionsFace
from services.auth.faces.staff import StaffFace
from services.auth.repository import housekeeping
from services.chassis.timers import every
from services.common.clock import real_now
from services.contracts import auth

_PURGE_SECONDS = 3600
_UNUSED_SESSION = timedelta(days=180)


class AuthService(
    RegistrationFace,
    SessionsFace,
    ProfileFace,
    AccountsFace,
    DeletionFace,
    DevicesFace,
    ConsentsFace,
    StaffFace,
):
    """Users, their secrets, sessions, devices and the accounts they may touch; staff; the audit trail."""

    name = auth.SERVICE

    @every(_PURGE_SECONDS)
    def purge(self) -> None:
        with self.db.begin() as session:
            trail = timedelta(days=self.settings.audit_days)
            housekeeping.purge(session, real_now(), _UNUSED_SESSION, trail)
