"""The face of auth: contract in, handler, contract out."""

from datetime import timedelta

from services.auth import metrics, passwords, repository
from services.auth.handlers import activation, registration, sessions
from services.auth.handlers.limits import count_sign_in
from services.auth.settings import Settings
from services.chassis.clients import RpcClient
from services.chassis.config import config
from services.chassis.rpc import rpc
from services.chassis.service import Service
from services.chassis.timers import every
from services.common.clock import real_now
from services.contracts import auth, billing
from services.contracts.base import Done, Nothing
from services.contracts.errors import ServiceError

_PURGE_SECONDS = 3600
_UNUSED_SESSION = timedelta(days=180)


class AuthService(Service):
    """Users, their passwords, sessions and the accounts they may touch."""

    name = auth.SERVICE
    settings = config(Settings)
    billing = RpcClient("billing")

    @rpc(auth.REGISTER)
    def register(self, request: auth.RegisterRequest) -> auth.Registered:
        registration.check_consent(request)
        with self.db.begin() as session:
            registration.count_proof(session, self.settings, request, real_now())
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
            activation.by_link(session, request, real_now())
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
        return self.db.once(
            auth.RESEND_ACTIVATION,
            request,
            lambda session: registration.resend(session, self.settings, request, real_now()),
        )

    @rpc(auth.SIGN_IN)
    def sign_in(self, request: auth.SignInRequest) -> auth.Tokens:
        with self.db.begin() as session:
            failures = count_sign_in(session, request.account, real_now())
            found = repository.password_of(session, request.account)
        user, stored = found or (None, None)
        if not passwords.matches(self.settings, stored, request.password) or user is None:
            metrics.SIGN_IN_FAILURES.inc()
            if failures.locked_until:
                metrics.LOCKS.inc()
            raise ServiceError("sign_in_refused")
        with self.db.begin() as session:
            return sessions.open_session(session, self.settings, user, request, real_now())

    @rpc(auth.REFRESH)
    def refresh(self, request: auth.RefreshRequest) -> auth.Tokens:
        with self.db.begin() as session:
            tokens = sessions.refresh(session, self.settings, request, real_now())
        if tokens is None:
            raise ServiceError("session_ended")
        return tokens

    @rpc(auth.SIGN_OUT)
    def sign_out(self, request: auth.SessionRequest) -> Done:
        with self.db.begin() as session:
            sessions.end(session, request, real_now())
        return Done()

    @rpc(auth.SESSION)
    def session(self, request: auth.SessionRequest) -> auth.SessionView:
        with self.db.begin() as session:
            return sessions.view(session, request)

    @rpc(auth.PUBLIC_KEYS)
    def public_keys(self, request: Nothing) -> auth.PublicKeys:
        return sessions.keys(self.settings)

    @every(_PURGE_SECONDS)
    def purge(self) -> None:
        with self.db.begin() as session:
            repository.purge(session, real_now(), _UNUSED_SESSION)
