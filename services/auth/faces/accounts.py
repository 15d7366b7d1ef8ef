"""Further accounts, objections to them, the end of a profile."""

from services.auth.faces.base import Face
from services.auth.handlers import accounts, audit, proofs
from services.chassis.remembered import remembered
from services.chassis.rpc import rpc
from services.common.clock import real_now
from services.contracts import auth, billing
from services.contracts.base import Done
from services.contracts.errors import ServiceError


class AccountsFace(Face):
    """Further accounts, objections to them, the end of a profile."""

    @rpc(auth.profile.LINK_ACCOUNT)
    def link_account(self, request: auth.profile.AccountLink) -> Done:
        with self.db.begin() as session:
            if done := remembered(session, auth.profile.LINK_ACCOUNT, request):
                return done
            proofs.count_proof(
                session,
                self.settings,
                real_now(),
                account=request.account,
                client=request.client,
                user=request.user,
            )
        asked = billing.ProofRequest(account=request.account, address=request.address)
        proven = self.billing.call(billing.PROVE_OWNERSHIP, asked).proven
        try:
            return self.db.once(
                auth.profile.LINK_ACCOUNT,
                request,
                lambda session: accounts.link(session, self.settings, request, proven, real_now()),
            )
        except ServiceError as error:
            if error.code == "link_refused":
                self._record_refusal(request, proven)
            raise

    def _record_refusal(self, request: auth.profile.AccountLink, proven: bool) -> None:
        with self.db.begin() as session:
            audit.by_person(
                session, "link_refused", request, real_now(), account=request.account, proven=proven
            )

    @rpc(auth.profile.REMOVE_ACCOUNT)
    def remove_account(self, request: auth.profile.AccountRemoval) -> Done:
        with self.db.begin() as session:
            accounts.remove(session, request, real_now())
        return Done()

    @rpc(auth.profile.OBJECT_TO_LINK)
    def object_to_link(self, request: auth.profile.LinkConfirmation) -> Done:
        with self.db.begin() as session:
            accounts.object_to_link(session, self.settings, request, real_now())
        return Done()
