"""The accounts of a cabinet: another one linked, one removed, «это не я» of those who hold it already."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import Field

from gateway.errors import problems
from gateway.limits import ClientAddress, limited
from gateway.routes.common import Body, IdempotencyKey, TheBus, Trace
from gateway.security import CurrentSession, HeldAccount
from services.contracts import auth
from services.contracts.base import AccountNumber, Done

router = APIRouter(prefix="/api/v1", tags=["identity"])


class AccountLink(Body):
    """Another account of one's own; the address of the supply object is the proof."""

    account: AccountNumber
    address: Annotated[str, Field(min_length=3, max_length=300)]


class Objection(Body):
    """«Это не я»: the token of the letter's link."""

    token: auth.Secret


@router.post(
    "/me/accounts",
    operation_id="link_account",
    status_code=201,
    responses={
        **problems(
            "unauthenticated",
            "session_ended",
            "csrf_failed",
            "link_refused",
            "already_linked",
            "too_many_accounts",
            "account_frozen",
            "too_many_requests",
            "idempotency_key_missing",
            "idempotency_conflict",
        )
    },
)
async def link_account(
    body: AccountLink, session: CurrentSession, key: IdempotencyKey, request: Request, bus: TheBus
) -> Done:
    """Adds an account to the cabinet; everybody who holds it already is told by letter."""
    asked = session.command(auth.profile.AccountLink, account=body.account, address=body.address)
    done = await bus.call(
        auth.profile.LINK_ACCOUNT, asked, caller=session.caller, key=key, traceparent=session.traceparent
    )
    request.app.state.sessions.forget(session.view.session)
    return done


@router.delete(
    "/me/accounts/{account}",
    operation_id="remove_account",
    status_code=204,
    responses={
        **problems("unauthenticated", "session_ended", "csrf_failed", "account_unknown", "primary_account")
    },
)
async def remove_account(held: HeldAccount, request: Request, bus: TheBus) -> None:
    """Takes an additional account out of the cabinet, a frozen one too."""
    asked = held.session.command(auth.profile.AccountRemoval, account=held.number)
    await bus.call(auth.profile.REMOVE_ACCOUNT, asked, caller=held.caller, traceparent=held.traceparent)
    request.app.state.sessions.forget(held.session.view.session)


@router.post(
    "/objections",
    operation_id="object_to_link",
    responses={**problems("link_used", "link_stale", "too_many_requests")},
    dependencies=[limited("registration")],
)
async def object_to_link(body: Objection, bus: TheBus, address: ClientAddress, trace: Trace) -> Done:
    """Freezes the link that a letter told of, once; staff then decide."""
    asked = auth.profile.LinkConfirmation(token=body.token, client=address)
    return await bus.call(auth.profile.OBJECT_TO_LINK, asked, traceparent=trace)
