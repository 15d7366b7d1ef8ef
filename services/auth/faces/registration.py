"""Registration and activation."""

from sqlalchemy.orm import Session

from services.auth import passwords
from services.auth.faces.base import Face
from services.auth.handlers import activation, letter_requests, proofs, registration
from services.auth.handlers.password_rules import check_password
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
        check_password(request.password, account=request.account, email=request.email)
        with self.db.begin() as session:
            proofs.count_proof(
                session, self.settings, real_now(), account=request.account, client=request.client
            )
        asked = billing.ProofRequest(account=request.account, address=request.address)
        proof = self.billing.call(billing.PROVE_OWNERSHIP, asked)
        hashed = passwords.hash_password(self.settings, request.password)
        try:
            return self.db.once(
                auth.REGISTER,
                request,
                lambda session: registration.register(
                    session, self.settings, request, proof.proven, hashed, real_now()
                ),
            )
        except ServiceError as error:
            if error.code == "registration_refused":
                with self.db.begin() as session:
                    registration.record_refusal(session, request, proof, real_now())
            raise

    @rpc(auth.ACTIVATE_BY_LINK)
    def activate_by_link(self, request: auth.LinkActivationRequest) -> Done:
        with self.db.begin() as session:
            refusal = activation.by_link(session, self.settings, request, real_now())
        if refusal:
            raise ServiceError(refusal)
        return Done()

    @rpc(auth.ACTIVATE_BY_CODE)
    def activate_by_code(self, request: auth.CodeActivationRequest) -> Done:
        with self.db.begin() as session:
            refusal = activation.by_code(session, self.settings, request, real_now())
        if refusal:
            raise ServiceError(refusal)
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
