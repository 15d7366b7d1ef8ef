"""Sign-in with account number and password, sessions, the keys that verify their tokens."""

from services.auth.faces.base import Face
from services.auth.handlers import sessions, signing_in
from services.chassis.rpc import rpc
from services.common.clock import real_now
from services.contracts import auth
from services.contracts.base import Done, Nothing
from services.contracts.errors import ServiceError


class SessionsFace(Face):
    """Sessions: opened by a password, refreshed, ended."""

    @rpc(auth.SIGN_IN)
    def sign_in(self, request: auth.SignInRequest) -> auth.Tokens:
        return signing_in.sign_in(self.db, self.settings, request, real_now)

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

    @rpc(auth.SESSIONS)
    def sessions(self, request: auth.SessionRequest) -> auth.SessionList:
        with self.db.begin() as session:
            return sessions.live(session, self.settings, request, real_now())

    @rpc(auth.END_SESSION)
    def end_session(self, request: auth.EndSessionRequest) -> Done:
        with self.db.begin() as session:
            sessions.end_one(session, request, real_now())
        return Done()

    @rpc(auth.END_SESSIONS)
    def end_sessions(self, request: auth.EndSessionsRequest) -> Done:
        with self.db.begin() as session:
            sessions.end_all(session, request, real_now())
        return Done()

    @rpc(auth.SESSION)
    def session(self, request: auth.SessionRequest) -> auth.SessionView:
        with self.db.begin() as session:
            return sessions.view(session, request)

    @rpc(auth.PUBLIC_KEYS)
    def public_keys(self, request: Nothing) -> auth.PublicKeys:
        return sessions.keys(self.settings)
