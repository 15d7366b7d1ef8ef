"""Registration, activation, sign-in, refresh, sign-out, and who I am."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, EmailStr, Field, SecretStr

from gateway.devices import device_name
from gateway.errors import problems
from gateway.limits import ClientAddress, limited
from gateway.routes.common import Body, IdempotencyKey, TheBus, Trace
from gateway.security import (
    CurrentSession,
    clear_cookies,
    device_mark,
    from_our_page,
    refresh_cookie,
    set_cookies,
)
from services.contracts import auth
from services.contracts.base import AccountNumber, Done, Moment
from services.contracts.errors import ServiceError
from services.contracts.validation import invalid

router = APIRouter(prefix="/api/v1", tags=["identity"])
_ONCE = ("idempotency_key_missing", "idempotency_conflict")


class Registration(Body):
    """A household registers with its account number; the address is the proof that it is theirs."""

    account: AccountNumber
    password: auth.Password
    password_again: SecretStr
    email: EmailStr
    phone: auth.Phone
    address: Annotated[str, Field(min_length=3, max_length=300)]
    consent: Literal[True]
    consent_version: Annotated[str, Field(min_length=1, max_length=40)]
    channel: auth.Channel = "web"


class Activation(Body):
    """By the link's token, or by account number and code."""

    token: SecretStr | None = Field(default=None, max_length=512)
    account: AccountNumber | None = None
    code: Annotated[SecretStr, Field(min_length=6, max_length=6)] | None = None


class Letter(Body):
    account: AccountNumber
    email: EmailStr


class SignIn(Body):
    """`channel` web answers with cookies, app with bearer tokens.

    `device_mark` is what an app got at its last sign-in: this device then has tries of its own.
    """

    account: AccountNumber
    password: auth.GivenPassword
    channel: auth.Channel = "web"
    device_mark: auth.Secret | None = None


class Refresh(Body):
    """The refresh token of a bearer client; browsers send their cookie and an empty body."""

    token: Annotated[SecretStr, Field(max_length=512)] | None = None


class SignedIn(BaseModel):
    """Tokens are given to bearer clients only; a browser gets cookies and the CSRF token for its header."""

    session: UUID
    access_expires_at: Moment
    access_token: str | None = None
    refresh_token: str | None = None
    csrf_token: str | None = None
    device: UUID | None = None
    device_mark: str | None = None


class Me(BaseModel):
    email: str
    phone: str
    accounts: list[auth.LinkedAccount]
    frozen: list[AccountNumber]
    """Linked too, without access: a holder answered «это не я»."""


@router.post(
    "/registrations",
    operation_id="register",
    status_code=202,
    responses={**problems("registration_refused", "too_many_requests", *_ONCE)},
    dependencies=[limited("registration")],
)
async def register(
    body: Registration, bus: TheBus, key: IdempotencyKey, address: ClientAddress, trace: Trace
) -> auth.Registered:
    """Registers; a letter with a link and a code follows."""
    if body.password.get_secret_value() != body.password_again.get_secret_value():
        raise invalid("password_again", "mismatch", "Пароли не совпадают.")
    request = auth.RegisterRequest(
        **body.model_dump(exclude={"password_again", "password"}), password=body.password, client=address
    )
    return await bus.call(auth.REGISTER, request, key=key, traceparent=trace)


@router.post(
    "/activations",
    operation_id="activate",
    responses={**problems("link_used", "link_stale", "code_refused", "too_many_requests")},
    dependencies=[limited("registration")],
)
async def activate(body: Activation, bus: TheBus, address: ClientAddress, trace: Trace) -> Done:
    """Activates by the letter's link or code; each works once."""
    if body.token is not None:
        return await bus.call(
            auth.ACTIVATE_BY_LINK,
            auth.LinkActivationRequest(token=body.token, client=address),
            traceparent=trace,
        )
    if body.account is None or body.code is None:
        raise invalid("code", "missing", "Укажите код из письма.")
    request = auth.CodeActivationRequest(account=body.account, code=body.code, client=address)
    return await bus.call(auth.ACTIVATE_BY_CODE, request, traceparent=trace)


@router.post(
    "/activations/letters",
    operation_id="resend_activation",
    status_code=202,
    responses={**problems("too_many_requests", *_ONCE)},
    dependencies=[limited("registration")],
)
async def resend_activation(
    body: Letter, bus: TheBus, key: IdempotencyKey, address: ClientAddress, trace: Trace
) -> Done:
    """Sends the activation letter again, when there is something to activate."""
    request = auth.ResendRequest(account=body.account, email=body.email, client=address)
    return await bus.call(auth.RESEND_ACTIVATION, request, key=key, traceparent=trace)


@router.post(
    "/sessions",
    operation_id="sign_in",
    status_code=201,
    responses={**problems("sign_in_refused", "too_many_requests", "csrf_failed")},
    dependencies=[limited("sign_in")],
)
async def sign_in(
    body: SignIn, request: Request, response: Response, bus: TheBus, address: ClientAddress, trace: Trace
) -> SignedIn:
    """Signs in with account number and password."""
    if not from_our_page(request):
        raise ServiceError("csrf_failed")
    asked = auth.SignInRequest(
        account=body.account,
        password=body.password,
        client=address,
        channel=body.channel,
        mark=device_mark(request, body.device_mark),
        device_name=device_name(request),
    )
    tokens = await bus.call(auth.SIGN_IN, asked, traceparent=trace)
    return signed_in(tokens, request, response, web=body.channel == "web")


@router.post(
    "/sessions/refresh",
    operation_id="refresh_session",
    responses={**problems("session_ended", "unauthenticated", "csrf_failed", "too_many_requests")},
)
async def refresh_session(
    request: Request,
    response: Response,
    bus: TheBus,
    address: ClientAddress,
    trace: Trace,
    body: Refresh | None = None,
) -> SignedIn:
    """Exchanges a refresh token for a fresh pair; each works once."""
    given = body.token if body else None
    asked = auth.RefreshRequest(token=given or refresh_cookie(request), client=address)
    tokens = await bus.call(auth.REFRESH, asked, traceparent=trace)
    return signed_in(tokens, request, response, web=not given)


@router.delete(
    "/sessions/current",
    operation_id="sign_out",
    status_code=204,
    responses={**problems("unauthenticated", "session_ended", "csrf_failed")},
)
async def sign_out(session: CurrentSession, request: Request, response: Response, bus: TheBus) -> None:
    """Ends this session everywhere at once."""
    asked = session.command(auth.SessionRequest)
    await bus.call(auth.SIGN_OUT, asked, caller=session.caller, traceparent=session.traceparent)
    request.app.state.sessions.forget(session.view.session)
    clear_cookies(response)


@router.get("/me", operation_id="me", responses={**problems("unauthenticated", "session_ended")})
async def me(session: CurrentSession) -> Me:
    """The profile and its accounts."""
    return Me(
        email=session.view.email,
        phone=session.view.phone,
        accounts=session.view.accounts,
        frozen=session.view.frozen,
    )


def signed_in(tokens: auth.Tokens, request: Request, response: Response, *, web: bool) -> SignedIn:
    """Cookies for a browser, tokens for an app."""
    signed = SignedIn(
        session=tokens.session, access_expires_at=tokens.access_expires_at, device=tokens.device
    )
    if web:
        csrf = set_cookies(response, request.app.state.settings, tokens)
        return signed.model_copy(update={"csrf_token": csrf})
    bearer = {"access_token": tokens.access, "refresh_token": tokens.refresh, "device_mark": tokens.mark}
    return signed.model_copy(update=bearer)
