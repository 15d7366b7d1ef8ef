"""Consents, listed, given anew, withdrawn."""

from services.auth.faces.base import Face
from services.auth.handlers import consents
from services.auth.handlers.confirming import confirm_password
from services.chassis.rpc import rpc
from services.common.clock import real_now
from services.contracts.auth import profile
from services.contracts.auth.words import SessionCommand
from services.contracts.base import Done


class ConsentsFace(Face):
    """Consents, listed, given anew, withdrawn."""

    @rpc(profile.CONSENTS)
    def consents(self, request: SessionCommand) -> profile.ConsentList:
        with self.db.begin() as session:
            return consents.consents(session, request)

    @rpc(profile.GIVE_CONSENT)
    def give_consent(self, request: profile.ConsentGiven) -> Done:
        with self.db.begin() as session:
            consents.give(session, self.settings, request, real_now())
        return Done()

    @rpc(profile.WITHDRAW_CONSENT)
    def withdraw_consent(self, request: profile.ConsentWithdrawal) -> Done:
        confirm_password(self.db, self.settings, request, request.password, real_now)
        with self.db.begin() as session:
            consents.withdraw(session, self.settings, request, real_now())
        return Done()
