"""Who of the staff is calling: a cookie of their own, asked of auth at every request, and nothing of a customer's."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Request, Response, params
from pydantic import SecretStr

from gateway.bus import Bus
from gateway.limits import ClientAddress
from gateway.security import CSRF_HEADER, from_our_page
from gateway.settings import Settings
from services.contracts.auth import staff as contract
from services.contracts.caller import Caller
from services.contracts.errors import ServiceError

COOKIE: Final = "svet_staff"
CSRF: Final = "svet_staff_csrf"
_PATH: Final = "/staff"
_TOKEN_AT_MOST = 512
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class StaffSession:
    """A live session of a member of staff."""

    view: contract.StaffView
    traceparent: str
    client: str

    @property
    def caller(self) -> Caller:
        roles = [str(role) for role in self.view.roles]
        return Caller(kind="staff", user=self.view.staff, session=self.view.session, roles=roles)


async def current_staff(request: Request, address: ClientAddress) -> StaffSession:
    """The session of the staff cookie, as auth knows it now; unsafe requests prove their CSRF token.

    No bearer token and no customer's cookie is looked at. Without auth's answer nobody passes.
    """
    token = request.cookies.get(COOKIE, "")
    if not 0 < len(token) <= _TOKEN_AT_MOST:
        raise ServiceError("unauthenticated")
    bus: Bus = request.app.state.bus
    traceparent: str = request.state.traceparent
    asked = contract.StaffSessionRequest(token=SecretStr(token))
    view = await bus.call(contract.STAFF_SESSION, asked, traceparent=traceparent)
    if request.method not in _SAFE:
        _check_csrf(request, view.session)
    return StaffSession(view, traceparent, address)


CurrentStaff = Annotated[StaffSession, Depends(current_staff)]


def staff(role: contract.Role) -> params.Depends:
    """A dependency: the current member of staff, who must have the role; raises `forbidden`."""

    async def with_role(session: CurrentStaff) -> StaffSession:
        if not session.caller.may(role):
            raise ServiceError("forbidden")
        return session

    return params.Depends(with_role)


def set_cookies(response: Response, settings: Settings, tokens: contract.StaffTokens) -> str:
    """Put a fresh session into cookies; gives the CSRF token for the page."""
    csrf, secure, until = _csrf_token(settings, tokens.session), settings.cookie_secure, tokens.expires_at
    response.set_cookie(
        COOKIE, tokens.token, expires=until, path=_PATH, httponly=True, secure=secure, samesite="strict"
    )
    response.set_cookie(CSRF, csrf, expires=until, path=_PATH, secure=secure, samesite="strict")
    return csrf


def clear_cookies(response: Response) -> None:
    response.delete_cookie(COOKIE, path=_PATH)
    response.delete_cookie(CSRF, path=_PATH)


def _csrf_token(settings: Settings, session: UUID) -> str:
    """Of another derivation than customers' tokens: one kind never passes for the other."""
    secret = settings.csrf_secret.get_secret_value().encode()
    return hmac.new(secret, b"staff:" + session.bytes, hashlib.sha256).hexdigest()


def _check_csrf(request: Request, session: UUID) -> None:
    given = request.headers.get(CSRF_HEADER, "").encode()
    right = _csrf_token(request.app.state.settings, session).encode()
    if not from_our_page(request) or not hmac.compare_digest(given, right):
        raise ServiceError("csrf_failed")
