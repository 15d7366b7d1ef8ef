"""Sessions: opened by a password, kept alive by rotating refresh tokens, ended everywhere at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from services.auth import metrics
from services.auth.domain.tokens import Use, device_mark, new_token, token_digest, use_of_refresh
from services.auth.handlers import audit
from services.auth.handlers.profiles import end_sessions
from services.auth.models import RefreshToken, SignedSession
from services.auth.repository import sessions as table
from services.auth.repository.devices import forget_secrets
from services.auth.settings import Settings
from services.auth.signing import public_keys, sign, signing_keys
from services.contracts import auth
from services.contracts.errors import ServiceError


@dataclass(frozen=True)
class Opening:
    """How a session begins: whose it is, on which device, from where.

    `account` is the primary account; `device` may be new: an id that nobody has yet.
    """

    user: UUID
    account: str
    device: UUID
    device_name: str
    method: auth.Method
    channel: auth.Channel
    client: str


def open_session(session: Session, settings: Settings, opening: Opening, now: datetime) -> auth.Tokens:
    """After a right secret: begin a session. The device's former ones end: a device has one."""
    device = table.keep_device(session, opening.device, opening.user, opening.device_name, now)
    end_sessions(session, opening.user, now, device=device)
    signed = SignedSession(
        id=uuid4(),
        user_id=opening.user,
        device_id=device,
        method=opening.method,
        created_at=now,
        last_used_at=now,
        channel=opening.channel,
        client=opening.client,
    )
    tokens, token = _issue(settings, opening.user, signed.id, now)
    audit.record(
        session,
        "signed_in",
        now,
        account=opening.account,
        user=opening.user,
        signed=signed.id,
        device=device,
        client=opening.client,
        channel=opening.channel,
        method=opening.method,
    )
    table.add_session(session, signed, token)
    mark = device_mark(settings.pepper.get_secret_value(), device, opening.account)
    return tokens.model_copy(update={"device": device, "mark": mark})


def refresh(
    session: Session, settings: Settings, request: auth.RefreshRequest, now: datetime
) -> auth.Tokens | None:
    """A new pair for the old one. None when a replayed token has just ended its session: that must be committed.

    Raises `session_ended` for an unknown or expired token, or one of an ended session.
    """
    digest = token_digest(request.token.get_secret_value())
    found = table.touch_session_of(session, digest, now)
    if found is None:
        raise ServiceError("session_ended")
    session_id, user = found
    presented = table.refresh_token(session, digest)
    if presented.expires_at <= now:
        raise ServiceError("session_ended")
    use = use_of_refresh(presented.used_at, now, timedelta(seconds=settings.refresh_grace_seconds))
    if use is Use.REPLAY:
        metrics.REPLAYS.inc()
        end_sessions(session, user, now, only=session_id)
        audit.record(session, "token_replayed", now, user=user, signed=session_id, client=request.client)
        return None
    if use is Use.FIRST:
        table.retire_tokens(session, session_id, now)
    tokens, token = _issue(settings, user, session_id, now)
    session.add(token)
    return tokens


def sign_out(session: Session, request: auth.SessionRequest, now: datetime) -> None:
    """End a session and tell everybody; an ended or unknown one is left as it is."""
    if end_sessions(session, request.user, now, only=request.session):
        audit.by_person(session, "signed_out", request, now)


def live(
    session: Session, settings: Settings, request: auth.SessionRequest, now: datetime
) -> auth.SessionList:
    """The user's sessions, the last used first, without those that can be refreshed no more."""
    alive_since = now - timedelta(days=settings.refresh_days)
    return auth.SessionList(sessions=table.live_sessions(session, request.user, alive_since))


def end_one(session: Session, request: auth.EndSessionRequest, now: datetime) -> None:
    """End one of the user's own sessions; another's, an ended and an unknown one are left as they are.

    One on another device takes the PIN and biometrics of that device with it: it may not come back by them.
    """
    if request.ended != request.session:
        forget_secrets(session, request.user, of=request.ended)
    if end_sessions(session, request.user, now, only=request.ended):
        audit.by_person(session, "session_ended", request, now, ended=str(request.ended))


def end_all(session: Session, request: auth.EndSessionsRequest, now: datetime) -> None:
    """End all sessions of the user, with or without the one that asks; PINs and biometrics of their devices too."""
    kept = request.session if request.keep_current else None
    forget_secrets(session, request.user, but=kept)
    if ended := end_sessions(session, request.user, now, but=kept):
        audit.by_person(session, "sessions_ended", request, now, ended=ended)


def view(session: Session, request: auth.SessionRequest) -> auth.SessionView:
    """A live session and what it may touch. Raises `session_ended`."""
    held = table.held_by(session, request.user, request.session)
    if not held:
        raise ServiceError("session_ended")
    return auth.SessionView(
        user=request.user,
        session=request.session,
        email=held[0].email,
        phone=held[0].phone,
        accounts=[
            auth.LinkedAccount(account=row.account, primary=row.is_primary) for row in held if not row.frozen
        ],
        frozen=[row.account for row in held if row.frozen],
        device=held[0].device,
        method=cast(auth.Method, held[0].method),
    )


def keys(settings: Settings) -> auth.PublicKeys:
    """What verifies our access tokens."""
    return auth.PublicKeys(keys=public_keys(signing_keys(settings.signing_keys.get_secret_value())))


def _issue(
    settings: Settings, user: UUID, session_id: UUID, now: datetime
) -> tuple[auth.Tokens, RefreshToken]:
    refresh = new_token()
    access_until = now.replace(microsecond=0) + timedelta(minutes=settings.access_minutes)
    refresh_until = now + timedelta(days=settings.refresh_days)
    signing = signing_keys(settings.signing_keys.get_secret_value())
    kept = RefreshToken(token_hash=token_digest(refresh), session_id=session_id, expires_at=refresh_until)
    tokens = auth.Tokens(
        access=sign(signing, user, session_id, now, access_until),
        access_expires_at=access_until,
        refresh=refresh,
        refresh_expires_at=refresh_until,
        user=user,
        session=session_id,
    )
    return tokens, kept
