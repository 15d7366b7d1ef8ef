"""Sign-in with account number and password, sessions, the keys that verify their tokens."""

from uuid import uuid4

from services.auth import metrics, passwords
from services.auth.domain.tokens import marked_device
from services.auth.faces.base import Face
from services.auth.handlers import audit, sessions
from services.auth.handlers.limits import count_failure
from services.auth.repository import limits, users
from services.chassis.rpc import rpc
from services.common.clock import real_now
from services.contracts import auth
from services.contracts.base import Done, Nothing
from services.contracts.errors import ServiceError


class SessionsFace(Face):
    """Sessions: opened by a password, refreshed, ended."""

    @rpc(auth.SIGN_IN)
    def sign_in(self, request: auth.SignInRequest) -> auth.Tokens:
        pepper = self.settings.pepper.get_secret_value()
        mark = request.mark.get_secret_value() if request.mark else None
        device = marked_device(pepper, mark, request.account)
        subject = f"{request.account}:{device}" if device else request.account
        with self.db.begin() as session:
            failures = count_failure(session, subject, real_now())
            found = users.password_of(session, request.account)
        user, stored = found or (None, None)
        if not passwords.matches(self.settings, stored, request.password) or user is None:
            metrics.SIGN_IN_FAILURES.inc()
            if failures.locked_until:
                metrics.LOCKS.inc()
            with self.db.begin() as session:
                audit.record(
                    session,
                    "sign_in_locked" if failures.locked_until else "sign_in_refused",
                    real_now(),
                    account=request.account,
                    user=user,
                    device=device,
                    client=request.client,
                    channel=request.channel,
                )
            raise ServiceError("sign_in_refused")
        opening = sessions.Opening(
            user=user,
            account=request.account,
            device=device or uuid4(),
            device_name=request.device_name,
            method="password",
            channel=request.channel,
            client=request.client,
        )
        with self.db.begin() as session:
            limits.clear_failures(session, subject)
            return sessions.open_session(session, self.settings, opening, real_now())

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
            sessions.sign_out(session, request, real_now())
        return Done()

    @rpc(auth.SESSION)
    def session(self, request: auth.SessionRequest) -> auth.SessionView:
        with self.db.begin() as session:
            return sessions.view(session, request)

    @rpc(auth.PUBLIC_KEYS)
    def public_keys(self, request: Nothing) -> auth.PublicKeys:
        return sessions.keys(self.settings)
