"""Who is calling and what is theirs: cookies with CSRF for the web, bearer tokens for everybody else."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Path, Request, Response
from pydantic import SecretStr

from gateway.limits import ClientAddress
from gateway.sessions import Sessions
from gateway.settings import Settings
from services.common.accounts import BadAccountNumber, parse_account
from services.contracts import auth
from services.contracts.base import RequestT
from services.contracts.caller import Caller
from services.contracts.errors import ServiceError

ACCESS, REFRESH, CSRF, DEVICE = "svet_access", "svet_refresh", "svet_csrf", "svet_device"
CSRF_HEADER = "X-CSRF-Token"
_REFRESH_PATH = "/api/v1/sessions"
_DEVICE_PATH = "/api/v1/sessions"
_DEVICE_SECONDS = 400 * 24 * 3600
"""As long as browsers keep a cookie: the mark outlives sessions."""
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Session:
    """A live session of a customer."""

    view: auth.SessionView
    traceparent: str
    client: str

    @property
    def caller(self) -> Caller:
        return Caller(kind="customer", user=self.view.user, session=self.view.session)

    def command(self, kind: type[RequestT], **fields: Any) -> RequestT:
        """A command of this person: `kind` is a contract with `user`, `session` and `client`."""
        who = {"user": self.view.user, "session": self.view.session, "client": self.client}
        return kind.model_validate(who | fields)


async def current_session(request: Request, address: ClientAddress) -> Session:
    """The caller's session, from a bearer token or the cookie; unsafe cookie requests prove their CSRF token."""
    sessions: Sessions = request.app.state.sessions
    scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
    if scheme:
        if scheme.lower() != "bearer":
            raise ServiceError("unauthenticated")
        user, session = await sessions.verified(bearer.strip())
    else:
        token = request.cookies.get(ACCESS)
        if not token:
            raise ServiceError("unauthenticated")
        user, session = await sessions.verified(token)
        if request.method not in _SAFE:
            check_csrf(request, session)
    traceparent: str = request.state.traceparent
    view = await sessions.view(user, session, traceparent)
    if view.user != user:
        raise ServiceError("unauthenticated")
    return Session(view, traceparent, address)


CurrentSession = Annotated[Session, Depends(current_session)]


@dataclass(frozen=True)
class OwnAccount:
    """An account in the cabinet."""

    number: str
    session: Session

    @property
    def caller(self) -> Caller:
        return self.session.caller

    @property
    def traceparent(self) -> str:
        return self.session.traceparent


async def held_account(
    session: CurrentSession, account: Annotated[str, Path(description="Лицевой счёт", examples=["180211111"])]
) -> OwnAccount:
    """The one place that decides «this account is mine»; somebody else's and an unknown one look the same.

    A frozen one is held too, but gives no access: only what takes it out of the cabinet may ask for no more.
    """
    try:
        number = parse_account(account)
    except BadAccountNumber as error:
        raise ServiceError("account_unknown") from error
    if number not in {*(linked.account for linked in session.view.accounts), *session.view.frozen}:
        raise ServiceError("account_unknown")
    return OwnAccount(number, session)


HeldAccount = Annotated[OwnAccount, Depends(held_account)]


async def my_account(held: HeldAccount) -> OwnAccount:
    """An account that is mine and that I may touch; raises `account_frozen`."""
    if held.number in held.session.view.frozen:
        raise ServiceError("account_frozen")
    return held


MyAccount = Annotated[OwnAccount, Depends(my_account)]


def csrf_token(settings: Settings, session: UUID) -> str:
    """`<session>.<HMAC>`: readable by our own pages only, and worthless for another session."""
    secret = settings.csrf_secret.get_secret_value().encode()
    return f"{session}.{hmac.new(secret, session.bytes, hashlib.sha256).hexdigest()}"


def from_our_page(request: Request) -> bool:
    """What the browser itself says of the page behind a request; old browsers say nothing."""
    return request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")


def check_csrf(request: Request, session: UUID) -> None:
    """Refuse a cookie request that did not come from our own page; raises `csrf_failed`."""
    given = request.headers.get(CSRF_HEADER, "").encode()
    right = csrf_token(request.app.state.settings, session).encode()
    if not from_our_page(request) or not hmac.compare_digest(given, right):
        raise ServiceError("csrf_failed")


def refresh_cookie(request: Request) -> SecretStr:
    """A browser's refresh token, `<session>.<token>` in its cookie; raises `unauthenticated`, `csrf_failed`."""
    session, _, token = request.cookies.get(REFRESH, "").partition(".")
    try:
        claimed = UUID(session)
    except ValueError as error:
        raise ServiceError("unauthenticated") from error
    check_csrf(request, claimed)
    return SecretStr(token)


def device_mark(request: Request, given: SecretStr | None = None) -> SecretStr | None:
    """What an earlier full sign-in left on this device: in the body of an app, in a browser's cookie."""
    kept = request.cookies.get(DEVICE, "")
    return given or (SecretStr(kept[:512]) if kept else None)


def set_cookies(response: Response, settings: Settings, tokens: auth.Tokens) -> str:
    """Put a fresh pair into cookies; gives the CSRF token for the page."""
    secure = settings.cookie_secure
    csrf = csrf_token(settings, tokens.session)
    until = tokens.refresh_expires_at
    response.set_cookie(ACCESS, tokens.access, expires=until, httponly=True, secure=secure, samesite="lax")
    response.set_cookie(
        REFRESH,
        f"{tokens.session}.{tokens.refresh}",
        expires=until,
        path=_REFRESH_PATH,
        httponly=True,
        secure=secure,
        samesite="strict",
    )
    if tokens.mark:
        response.set_cookie(
            DEVICE,
            tokens.mark,
            max_age=_DEVICE_SECONDS,
            path=_DEVICE_PATH,
            httponly=True,
            secure=secure,
            samesite="strict",
        )
    response.set_cookie(CSRF, csrf, expires=until, secure=secure, samesite="strict")
    return csrf


def clear_cookies(response: Response) -> None:
    """Forget the session in this browser; the device's mark stays."""
    response.delete_cookie(ACCESS)
    response.delete_cookie(REFRESH, path=_REFRESH_PATH)
    response.delete_cookie(CSRF)


def forget_device(response: Response) -> None:
    """The mark of this browser too: the profile it was of is gone."""
    response.delete_cookie(DEVICE, path=_DEVICE_PATH)
