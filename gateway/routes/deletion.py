"""The end of a profile, at its owner's wish."""

from fastapi import APIRouter, Request, Response

from gateway.errors import problems
from gateway.routes.common import Body, TheBus
from gateway.security import CurrentSession, clear_cookies, forget_device
from services.contracts import auth

router = APIRouter(prefix="/api/v1", tags=["identity"])


class ProfileDeletion(Body):
    """The password confirms it: there is no way back."""

    password: auth.GivenPassword


@router.post(
    "/me/deletion",
    operation_id="delete_profile",
    status_code=204,
    responses={
        **problems("unauthenticated", "session_ended", "csrf_failed", "password_refused", "too_many_requests")
    },
)
async def delete_profile(
    body: ProfileDeletion, session: CurrentSession, request: Request, response: Response, bus: TheBus
) -> None:
    """Deletes the profile and erases the person; the accounts themselves and their payments stay."""
    asked = session.command(auth.profile.Deletion, password=body.password)
    await bus.call(auth.profile.DELETE_PROFILE, asked, caller=session.caller, traceparent=session.traceparent)
    request.app.state.sessions.forget(session.view.session)
    clear_cookies(response)
    forget_device(response)
