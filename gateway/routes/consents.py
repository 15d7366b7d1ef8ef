"""What the signed-in person agreed to."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from gateway.errors import problems
from gateway.routes.common import Body, TheBus
from gateway.security import CurrentSession, clear_cookies, forget_device
from services.common.documents import Documents, UnknownDocument
from services.contracts import auth
from services.contracts.auth import profile
from services.contracts.auth.words import SessionCommand
from services.contracts.base import Done

router = APIRouter(prefix="/api/v1/me/consents", tags=["consents"])
_OWN = ("unauthenticated", "session_ended")
_WRITE = (*_OWN, "csrf_failed")


class MyConsent(profile.ConsentRow):
    """`title` and `document` (where the exact text is) are null when the retailer no longer shows that version."""

    title: str | None = None
    document: str | None = None


class MyConsents(BaseModel):
    """The newest first."""

    consents: list[MyConsent]


class NewConsent(Body):
    """Agree to the newest version of a text."""

    purpose: profile.Purpose
    version: Annotated[str, Field(min_length=1, max_length=40)]
    channel: auth.Channel = "web"


class Withdrawal(Body):
    password: auth.GivenPassword


@router.get("", operation_id="my_consents", responses={**problems(*_OWN)})
async def my_consents(session: CurrentSession, request: Request, bus: TheBus) -> MyConsents:
    """Every consent that was given: when, from which channel, to which exact text."""
    asked = session.command(SessionCommand)
    kept = await bus.call(profile.CONSENTS, asked, caller=session.caller, traceparent=session.traceparent)
    documents: Documents = request.app.state.settings.documents
    return MyConsents(consents=[_with_text(row, documents) for row in kept.consents])


@router.post("", operation_id="give_consent", responses={**problems(*_WRITE)})
async def give_consent(session: CurrentSession, body: NewConsent, bus: TheBus) -> Done:
    """Agrees to the newest version; agreeing to it again changes nothing."""
    asked = session.command(profile.ConsentGiven, **body.model_dump())
    return await bus.call(profile.GIVE_CONSENT, asked, caller=session.caller, traceparent=session.traceparent)


@router.post(
    "/{consent}/withdrawal",
    operation_id="withdraw_consent",
    status_code=204,
    responses={**problems(*_WRITE, "not_found", "password_refused", "too_many_requests")},
)
async def withdraw_consent(
    session: CurrentSession,
    consent: UUID,
    body: Withdrawal,
    request: Request,
    response: Response,
    bus: TheBus,
) -> None:
    """Takes the consent back, which deletes the cabinet: every session ends at once."""
    asked = session.command(profile.ConsentWithdrawal, consent=consent, password=body.password)
    await bus.call(profile.WITHDRAW_CONSENT, asked, caller=session.caller, traceparent=session.traceparent)
    request.app.state.sessions.forget(session.view.session)
    clear_cookies(response)
    forget_device(response)


def _with_text(row: profile.ConsentRow, documents: Documents) -> MyConsent:
    told = row.model_dump()
    try:
        document = documents.find(row.purpose, row.version)
    except UnknownDocument:
        return MyConsent(**told)
    address = f"/api/v1/documents/{row.purpose}?version={row.version}"
    return MyConsent(**told, title=document.title, document=address)
