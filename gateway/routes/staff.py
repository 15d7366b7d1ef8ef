"""Staff: enrolment by a one-time link, sign-in with a second factor, what support does with an account."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response
from pydantic import BaseModel

from gateway.errors import problems
from gateway.limits import ClientAddress, limited
from gateway.routes.common import Body, IdempotencyKey, TheBus, Trace
from gateway.security import from_our_page
from gateway.staff import CurrentStaff, StaffSession, clear_cookies, set_cookies, staff
from services.contracts import auth
from services.contracts.auth import staff as contract
from services.contracts.auth.webauthn import NewCredential, UsedCredential
from services.contracts.auth.words import Code, Ticket
from services.contracts.base import AccountNumber, Done, Moment
from services.contracts.errors import ServiceError

router = APIRouter(prefix="/staff/api/v1", tags=["staff"])
_SIGNED = ("unauthenticated", "session_ended")
_ROLE = (*_SIGNED, "forbidden")
_COMMAND = (*_ROLE, "csrf_failed", "not_found", "idempotency_key_missing", "idempotency_conflict")
_SIGN_IN = ("staff_sign_in_refused", "too_many_requests", "csrf_failed")
Support = Annotated[StaffSession, staff("support")]
Admin = Annotated[StaffSession, staff("admin")]
AccountInPath = Annotated[AccountNumber, Path(description="Лицевой счёт")]


class EnrolmentLink(Body):
    """The one-time link's token."""

    token: auth.Secret


class Enrolling(Body):
    """A password, and the second factor that was set up: `credential` (WebAuthn) or `code` (TOTP)."""

    token: auth.Secret
    password: contract.StaffPassword
    ticket: Ticket
    credential: NewCredential | None = None
    code: Code | None = None


class StaffPassword(Body):
    login: contract.Login
    password: auth.GivenPassword


class StaffFactor(Body):
    """The ticket of the password's answer, and the second factor: `credential` or `code`."""

    ticket: Ticket
    credential: UsedCredential | None = None
    code: Code | None = None


class StaffSignedIn(BaseModel):
    """The session is in cookies; `csrf_token` is for the header of what may change something."""

    session: UUID
    expires_at: Moment
    name: str
    roles: list[contract.Role]
    csrf_token: str


class StaffMe(BaseModel):
    login: str
    name: str
    roles: list[contract.Role]


class Decision(Body):
    """About whose link, and why. The reason stays on the audit trail: a letter's number, nobody's name."""

    user: UUID
    reason: contract.Reason


@router.post(
    "/enrolment",
    operation_id="staff_enrolment",
    responses={**problems("enrolment_stale", "too_many_requests")},
    dependencies=[limited("sign_in")],
)
async def enrolment(
    body: EnrolmentLink, bus: TheBus, address: ClientAddress, trace: Trace
) -> contract.Enrolment:
    """Opens a one-time link: what may be set up as the second factor. The link stays good."""
    asked = contract.EnrolmentRequest(token=body.token, client=address)
    return await bus.call(contract.STAFF_ENROLMENT, asked, traceparent=trace)


@router.post(
    "/enrolment/confirmation",
    operation_id="staff_enrol",
    responses={**problems("enrolment_stale", "ticket_stale", "too_many_requests")},
    dependencies=[limited("sign_in")],
)
async def enrol(body: Enrolling, bus: TheBus, address: ClientAddress, trace: Trace) -> Done:
    """Sets the password and the second factor, and uses the link up."""
    asked = contract.EnrolmentConfirmation(
        token=body.token,
        password=body.password,
        ticket=body.ticket,
        credential=body.credential,
        code=body.code,
        client=address,
    )
    return await bus.call(contract.STAFF_ENROL, asked, traceparent=trace)


@router.post(
    "/sessions/password",
    operation_id="staff_password",
    responses={**problems(*_SIGN_IN)},
    dependencies=[limited("sign_in")],
)
async def password(
    body: StaffPassword, request: Request, bus: TheBus, address: ClientAddress, trace: Trace
) -> contract.SecondFactor:
    """The first step of sign-in; a right password is answered with a ticket for the second factor."""
    _from_our_page(request)
    asked = contract.StaffPasswordRequest(login=body.login, password=body.password, client=address)
    return await bus.call(contract.STAFF_PASSWORD, asked, traceparent=trace)


@router.post(
    "/sessions",
    operation_id="staff_sign_in",
    status_code=201,
    responses={**problems(*_SIGN_IN, "ticket_stale")},
    dependencies=[limited("sign_in")],
)
async def sign_in(
    body: StaffFactor, request: Request, response: Response, bus: TheBus, address: ClientAddress, trace: Trace
) -> StaffSignedIn:
    """The second step: opens a session."""
    _from_our_page(request)
    asked = contract.StaffSignIn(
        ticket=body.ticket, credential=body.credential, code=body.code, client=address
    )
    tokens = await bus.call(contract.STAFF_SIGN_IN, asked, traceparent=trace)
    return StaffSignedIn(
        session=tokens.session,
        expires_at=tokens.expires_at,
        name=tokens.name,
        roles=tokens.roles,
        csrf_token=set_cookies(response, request.app.state.settings, tokens),
    )


@router.delete(
    "/sessions/current",
    operation_id="staff_sign_out",
    status_code=204,
    responses={**problems(*_SIGNED, "csrf_failed")},
)
async def sign_out(session: CurrentStaff, response: Response, bus: TheBus) -> None:
    """Ends this session at once."""
    view = session.view
    asked = contract.StaffSignOut(staff=view.staff, session=view.session, client=session.client)
    await bus.call(contract.STAFF_SIGN_OUT, asked, caller=session.caller, traceparent=session.traceparent)
    clear_cookies(response)


@router.get("/me", operation_id="staff_me", responses={**problems(*_SIGNED)})
async def me(session: CurrentStaff) -> StaffMe:
    """Who is signed in, and with which roles."""
    return StaffMe(login=session.view.login, name=session.view.name, roles=session.view.roles)


@router.get("/accounts/{account}", operation_id="staff_account", responses={**problems(*_ROLE)})
async def account_holders(session: Support, account: AccountInPath, bus: TheBus) -> contract.AccountHolders:
    """Who holds an account; the look-up is on the audit trail. Role: support."""
    asked = contract.AccountLookup(account=account, client=session.client)
    return await bus.call(
        contract.STAFF_ACCOUNT, asked, caller=session.caller, traceparent=session.traceparent
    )


@router.post("/accounts/{account}/release", operation_id="release_link", responses={**problems(*_COMMAND)})
async def release(
    session: Support, account: AccountInPath, body: Decision, key: IdempotencyKey, bus: TheBus
) -> Done:
    """Takes an account from a profile and tells its owner; a primary one deletes the profile. Role: support."""
    asked = contract.LinkRelease(account=account, user=body.user, reason=body.reason, client=session.client)
    return await bus.call(
        contract.STAFF_RELEASE, asked, caller=session.caller, key=key, traceparent=session.traceparent
    )


@router.post("/accounts/{account}/unfreeze", operation_id="unfreeze_link", responses={**problems(*_COMMAND)})
async def unfreeze(
    session: Support, account: AccountInPath, body: Decision, key: IdempotencyKey, bus: TheBus
) -> Done:
    """Gives a link back that a holder's «это не я» froze. Role: support."""
    asked = contract.LinkUnfreezing(
        account=account, user=body.user, reason=body.reason, client=session.client
    )
    return await bus.call(
        contract.STAFF_UNFREEZE, asked, caller=session.caller, key=key, traceparent=session.traceparent
    )


@router.get("/audit", operation_id="staff_audit", responses={**problems(*_ROLE)})
async def audit(
    session: Admin,
    bus: TheBus,
    account: Annotated[AccountNumber | None, Query()] = None,
    user: Annotated[UUID | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> contract.AuditTrail:
    """Acts of an account, a user, or both, the newest first; reading is an act too. Role: admin."""
    asked = contract.AuditRequest(account=account, user=user, limit=limit, client=session.client)
    return await bus.call(contract.STAFF_AUDIT, asked, caller=session.caller, traceparent=session.traceparent)


def _from_our_page(request: Request) -> None:
    if not from_our_page(request):
        raise ServiceError("csrf_failed")
