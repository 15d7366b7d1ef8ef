"""Staff of the retailer: enrolment, sign-in with a second factor, and what support does with an account."""

from sqlalchemy.orm import Session

from services.auth.faces.base import Face
from services.auth.handlers import staff_accounts, staff_enrolment, staff_sessions, staff_signing_in
from services.chassis.rpc import rpc
from services.common.clock import real_now
from services.contracts.auth import staff
from services.contracts.base import Done


class StaffFace(Face):
    """Staff: made at the console, signed in here."""

    @rpc(staff.STAFF_ENROLMENT)
    def staff_enrolment(self, request: staff.EnrolmentRequest) -> staff.Enrolment:
        with self.db.begin() as session:
            return staff_enrolment.offer(session, self.settings, request, real_now())

    @rpc(staff.STAFF_ENROL)
    def staff_enrol(self, request: staff.EnrolmentConfirmation) -> Done:
        staff_enrolment.enrol(self.db, self.settings, request, real_now)
        return Done()

    @rpc(staff.STAFF_PASSWORD)
    def staff_password(self, request: staff.StaffPasswordRequest) -> staff.SecondFactor:
        return staff_signing_in.by_password(self.db, self.settings, request, real_now)

    @rpc(staff.STAFF_SIGN_IN)
    def staff_sign_in(self, request: staff.StaffSignIn) -> staff.StaffTokens:
        return staff_signing_in.by_factor(self.db, self.settings, request, real_now)

    @rpc(staff.STAFF_SESSION)
    def staff_session(self, request: staff.StaffSessionRequest) -> staff.StaffView:
        with self.db.begin() as session:
            return staff_sessions.view(session, self.settings, request, real_now())

    @rpc(staff.STAFF_SIGN_OUT)
    def staff_sign_out(self, request: staff.StaffSignOut) -> Done:
        with self.db.begin() as session:
            staff_sessions.sign_out(session, request, real_now())
        return Done()

    @rpc(staff.STAFF_ACCOUNT)
    def staff_account(self, request: staff.AccountLookup) -> staff.AccountHolders:
        with self.db.begin() as session:
            return staff_accounts.look_up(session, request, real_now())

    @rpc(staff.STAFF_RELEASE)
    def staff_release(self, request: staff.LinkRelease) -> Done:
        def effect(session: Session) -> Done:
            staff_accounts.release(session, self.settings, request, real_now())
            return Done()

        return self.db.once(staff.STAFF_RELEASE, request, effect)

    @rpc(staff.STAFF_UNFREEZE)
    def staff_unfreeze(self, request: staff.LinkUnfreezing) -> Done:
        def effect(session: Session) -> Done:
            staff_accounts.unfreeze(session, request, real_now())
            return Done()

        return self.db.once(staff.STAFF_UNFREEZE, request, effect)

    @rpc(staff.STAFF_AUDIT)
    def staff_audit(self, request: staff.AuditRequest) -> staff.AuditTrail:
        with self.db.begin() as session:
            return staff_accounts.trail(session, request, real_now())
