"""Registration and activation."""

from sqlalchemy.orm import Session

from services.auth import passwords
from services.auth.faces.base import Face
from services.auth.handlers import activation, letter_requests, proofs, registration
from services.chassis.concurrently import concurrently
from services.chassis.rpc import rpc
from services.chassis.timers import every
from services.common.clock import real_now
from services.contracts import auth, billing
from services.contracts.base import Done
from services.contracts.errors import ServiceError

_ANSWER_SECONDS = 0.5


class RegistrationFace(Face):
    """A household becomes a user."""

    @rpc(auth.REGISTER)
    def register(self, request: auth.RegisterRequest) -> auth.Registered:
        registration.agreed_text(self.settings, request)
        with self.db.begin() as session:
            proofs.count_proof(
                session, self.settings, real_now(), account=request.account, client=request.client
            )
        asked = billing.ProofRequest(account=request.account, address=request.address)
        proven = self.billing.call(billing.PROVE_OWNERSHIP, asked).proven
        hashed = passwords.hash_password(self.settings, request.password)
        return self.db.once(
            auth.REGISTER,
            request,
            lambda session: registration.register(
                session, self.settings, request, proven, hashed, real_now()
            ),
        )

    @rpc(auth.ACTIVATE_BY_LINK)
    def activate_by_link(self, request: auth.LinkActivationRequest) -> Done:
        with self.db.begin() as session:
            activation.by_link(session, self.settings, request, real_now())
        return Done()

    @rpc(auth.ACTIVATE_BY_CODE)
    def activate_by_code(self, request: auth.CodeActivationRequest) -> Done:
        with self.db.begin() as session:
            right = activation.by_code(session, self.settings, request, real_now())
        if not right:
            raise ServiceError("code_refused")
        return Done()

    @rpc(auth.RESEND_ACTIVATION)
    def resend_activation(self, request: auth.ResendRequest) -> Done:
        def effect(session: Session) -> Done:
            letter_requests.ask(
                session,
                self.settings,
                "activation",
                request.account,
                request.email,
                request.client,
                real_now(),
            )
            return Done()

        return self.db.once(auth.RESEND_ACTIVATION, request, effect)

    @every(_ANSWER_SECONDS)
    def answer_letters(self) -> None:
        """Letters asked for by whoever is not signed in, by kind: one kind's failure holds up no other."""

        def answer(kind: letter_requests.Kind) -> None:
            with self.db.begin() as session:
                letter_requests.answer(session, self.settings, kind, real_now())

        concurrently(answer, letter_requests.ANSWERS, at_once=1)
