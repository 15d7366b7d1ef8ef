"""The profile's own data, changed by whoever is signed in: password, phone, e-mail."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import EmailStr, Field, SecretStr

from gateway.errors import problems
from gateway.limits import ClientAddress, limited
from gateway.routes.common import Body, IdempotencyKey, TheBus, Trace
from gateway.routes.recovery import check_same
from gateway.security import CurrentSession
from services.contracts import auth
from services.contracts.base import Done

router = APIRouter(prefix="/api/v1", tags=["identity"])
_OWN = ("unauthenticated", "session_ended", "csrf_failed")


class PasswordChange(Body):
    """The present password confirms it."""

    current: auth.GivenPassword
    password: auth.Password
    password_again: SecretStr


class PhoneChange(Body):
    phone: auth.Phone


class EmailChange(Body):
    """The new address, and the password that confirms it."""

    email: EmailStr
    password: auth.GivenPassword


class EmailCode(Body):
    code: Annotated[SecretStr, Field(min_length=6, max_length=6)]


class EmailLink(Body):
    """The token of the letter's link."""

    token: auth.Secret


@router.put(
    "/me/password",
    operation_id="change_password",
    status_code=204,
    responses={**problems(*_OWN, "password_refused", "too_many_requests")},
)
async def change_password(body: PasswordChange, session: CurrentSession, bus: TheBus) -> None:
    """Changes the password; other sessions end, the owner is told by letter."""
    check_same(body.password, body.password_again)
    asked = session.command(auth.profile.PasswordChange, current=body.current, password=body.password)
    await bus.call(
        auth.profile.CHANGE_PASSWORD, asked, caller=session.caller, traceparent=session.traceparent
    )


@router.put("/me/phone", operation_id="change_phone", status_code=204, responses={**problems(*_OWN)})
async def change_phone(body: PhoneChange, session: CurrentSession, request: Request, bus: TheBus) -> None:
    """Changes the phone."""
    asked = session.command(auth.profile.PhoneChange, phone=body.phone)
    await bus.call(auth.profile.CHANGE_PHONE, asked, caller=session.caller, traceparent=session.traceparent)
    request.app.state.sessions.forget(session.view.session)


@router.post(
    "/me/email",
    operation_id="ask_email",
    status_code=202,
    responses={
        **problems(
            *_OWN,
            "password_refused",
            "too_many_requests",
            "idempotency_key_missing",
            "idempotency_conflict",
        )
    },
)
async def ask_email(body: EmailChange, session: CurrentSession, key: IdempotencyKey, bus: TheBus) -> Done:
    """Sends a letter to the new address; the e-mail changes once it is confirmed."""
    asked = session.command(auth.profile.EmailChange, email=body.email, password=body.password)
    return await bus.call(
        auth.profile.ASK_EMAIL, asked, caller=session.caller, key=key, traceparent=session.traceparent
    )


@router.post(
    "/me/email/confirmation",
    operation_id="confirm_email_by_code",
    responses={**problems(*_OWN, "link_used", "link_stale", "code_refused")},
)
async def confirm_email_by_code(
    body: EmailCode, session: CurrentSession, request: Request, bus: TheBus
) -> Done:
    """Confirms the new e-mail by the letter's code; the old address is told."""
    asked = session.command(auth.profile.CodeConfirmation, code=body.code)
    done = await bus.call(
        auth.profile.CONFIRM_EMAIL_BY_CODE, asked, caller=session.caller, traceparent=session.traceparent
    )
    request.app.state.sessions.forget(session.view.session)
    return done


@router.post(
    "/email-confirmations",
    operation_id="confirm_email_by_link",
    responses={**problems("link_used", "link_stale", "too_many_requests")},
    dependencies=[limited("registration")],
)
async def confirm_email_by_link(body: EmailLink, bus: TheBus, address: ClientAddress, trace: Trace) -> Done:
    """Confirms the new e-mail by the letter's link; who opens it need not be signed in."""
    asked = auth.profile.LinkConfirmation(token=body.token, client=address)
    return await bus.call(auth.profile.CONFIRM_EMAIL_BY_LINK, asked, traceparent=trace)
