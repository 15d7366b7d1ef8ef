"""The owner's sessions: where the cabinet is open, ending one, ending all."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from gateway.errors import problems
from gateway.routes.common import TheBus
from gateway.security import CurrentSession, clear_cookies
from services.contracts import auth
from services.contracts.base import Moment

router = APIRouter(prefix="/api/v1/me/sessions", tags=["identity"])
_OWN = problems("unauthenticated", "session_ended", "csrf_failed")


class OpenSession(BaseModel):
    """A place where the cabinet is open; `address` is where it was opened from, `current` the one that asks."""

    session: UUID
    device_name: str
    channel: auth.Channel
    method: auth.Method
    opened_at: Moment
    last_used_at: Moment
    address: str
    current: bool


class OpenSessions(BaseModel):
    """The last used first."""

    sessions: list[OpenSession]


@router.get("", operation_id="sessions", responses={**problems("unauthenticated", "session_ended")})
async def sessions(session: CurrentSession, bus: TheBus) -> OpenSessions:
    """Where the cabinet is open now."""
    asked = session.command(auth.SessionRequest)
    found = await bus.call(auth.SESSIONS, asked, caller=session.caller, traceparent=session.traceparent)
    return OpenSessions(sessions=[_shown(row, session.view.session) for row in found.sessions])


@router.delete("/{session_id}", operation_id="end_session", status_code=204, responses={**_OWN})
async def end_session(
    session_id: UUID, session: CurrentSession, request: Request, response: Response, bus: TheBus
) -> None:
    """Ends one of one's own sessions everywhere at once; an ended or unknown one is left as it is."""
    asked = session.command(auth.EndSessionRequest, ended=session_id)
    await bus.call(auth.END_SESSION, asked, caller=session.caller, traceparent=session.traceparent)
    if session_id == session.view.session:
        clear_cookies(response)
    # An id of somebody else's session ended nothing: then it is only asked of auth anew.
    request.app.state.sessions.forget(session_id)


@router.delete("", operation_id="end_sessions", status_code=204, responses={**_OWN})
async def end_sessions(
    session: CurrentSession, request: Request, response: Response, bus: TheBus, keep_current: bool = False
) -> None:
    """Ends all of one's sessions everywhere at once, with or without this one."""
    asked = session.command(auth.EndSessionsRequest, keep_current=keep_current)
    await bus.call(auth.END_SESSIONS, asked, caller=session.caller, traceparent=session.traceparent)
    request.app.state.sessions.forget_user(session.view.user)
    if not keep_current:
        clear_cookies(response)


def _shown(row: auth.SessionRow, current: UUID) -> OpenSession:
    return OpenSession(
        session=row.session,
        device_name=row.device_name,
        channel=row.channel,
        method=row.method,
        opened_at=row.created_at,
        last_used_at=row.last_used_at,
        address=row.client,
        current=row.session == current,
    )
