"""Sessions: opened by a password, kept alive by rotating refresh tokens, ended everywhere at once."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from services.auth import repository
from services.auth.domain.tokens import Use, new_token, token_digest, use_of_refresh
from services.auth.models import RefreshToken, SignedSession
from services.auth.settings import Settings
from services.auth.signing import public_keys, sign, signing_keys
from services.chassis.outbox import emit
from services.contracts import auth
from services.contracts.errors import ServiceError


def open_session(
    session: Session, settings: Settings, user: UUID, request: auth.SignInRequest, now: datetime
) -> auth.Tokens:
    """After a right password: forget the failures, begin a session."""
    repository.clear_failures(session, request.account)
    signed = SignedSession(
        id=uuid4(),
        user_id=user,
        created_at=now,
        last_used_at=now,
        channel=request.channel,
        client=request.client,
    )
    tokens, token = _issue(settings, user, signed.id, now)
    repository.add_session(session, signed, token)
    return tokens


def refresh(
    session: Session, settings: Settings, request: auth.RefreshRequest, now: datetime
) -> auth.Tokens | None:
    """A new pair for the old one. None when a replayed token has just ended its session: that must be committed.

    Raises `session_ended` for an unknown or expired token, or one of an ended session.
    """
    digest = token_digest(request.token.get_secret_value())
    found = repository.touch_session_of(session, digest, now)
    if found is None:
        raise ServiceError("session_ended")
    session_id, user = found
    presented = repository.refresh_token(session, digest)
    if presented.expires_at <= now:
        raise ServiceError("session_ended")
    grace = timedelta(seconds=settings.refresh_grace_seconds)
    use = use_of_refresh(presented.used_at, presented.forgiven, now, grace)
    if use is Use.REPLAY:
        end(session, auth.SessionRequest(user=user, session=session_id), now)
        return None
    if use is Use.FORGIVEN:
        presented.forgiven = True
    else:
        repository.retire_tokens(session, session_id, now)
    tokens, token = _issue(settings, user, session_id, now)
    session.add(token)
    return tokens


def end(session: Session, request: auth.SessionRequest, now: datetime) -> None:
    """End a session and tell everybody; an ended or unknown one is left as it is."""
    if repository.end_session(session, request.user, request.session, now):
        ended = auth.SessionEnded(user=request.user, session=request.session, ended_at=now)
        emit(session, auth.SESSION_ENDED, ended)


def view(session: Session, request: auth.SessionRequest) -> auth.SessionView:
    """A live session and what it may touch. Raises `session_ended`."""
    held = repository.held_by(session, request.user, request.session)
    if not held:
        raise ServiceError("session_ended")
    return auth.SessionView(
        user=request.user,
        session=request.session,
        email=held[0].email,
        phone=held[0].phone,
        accounts=[auth.LinkedAccount(account=row.account, primary=row.is_primary) for row in held],
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
    kept = RefreshToken(
        token_hash=token_digest(refresh), session_id=session_id, expires_at=refresh_until, forgiven=False
    )
    tokens = auth.Tokens(
        access=sign(signing, user, session_id, now, access_until),
        access_expires_at=access_until,
        refresh=refresh,
        refresh_expires_at=refresh_until,
        user=user,
        session=session_id,
    )
    return tokens, kept
