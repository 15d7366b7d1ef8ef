"""What is known of a session is dropped when auth says so, and never kept when it said so meanwhile."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from gateway.sessions import Sessions
from services.auth.signing import public_keys
from services.common.clock import real_now
from services.contracts import auth
from services.contracts.errors import ServiceError
from services.contracts.events import Envelope
from tests.support.gateway import FakeBus
from tests.support.tokens import KEY, KID, claims_of, forgeries, signed

pytestmark = pytest.mark.anyio
USER, SESSION = uuid4(), uuid4()
KEYS = auth.PublicKeys(keys=public_keys({KID: KEY}))


def view(session: UUID = SESSION, user: UUID = USER) -> auth.SessionView:
    linked = [auth.LinkedAccount(account="180211111", primary=True)]
    return auth.SessionView(user=user, session=session, email="a@example.org", phone="+79", accounts=linked)


def token(user: UUID = USER, session: UUID = SESSION, kid: str = KID, ahead: int = 0) -> str:
    now = int(real_now().timestamp()) + ahead
    claims = {"sub": str(user), "sid": str(session), "iat": now, "exp": now + 60, "iss": "svet"}
    return signed({"alg": "EdDSA", "kid": kid}, claims)


def bus(**answers: Any) -> FakeBus:
    return FakeBus(**({"public_keys": KEYS, "session": lambda asked: view(asked.session)} | answers))


def tell(bus: FakeBus, event: Any, **payload: Any) -> None:
    told = event.payload(**payload).model_dump(mode="json")
    envelope = Envelope(
        id=uuid4(), type=event.name, source="auth", occurred_at=datetime.now(UTC), payload=told
    )
    bus.listeners[event.name](envelope)


def ended(bus: FakeBus) -> None:
    tell(bus, auth.SESSION_ENDED, user=USER, session=SESSION, ended_at=datetime.now(UTC))


def changed(bus: FakeBus) -> None:
    tell(bus, auth.PROFILE_CHANGED, user=USER, email="b@example.org", phone="+7", accounts=[], version=2)


def lost(bus: FakeBus) -> None:
    bus.on_missed()


def kept_by(sessions: Sessions) -> list[int]:
    """The sizes of everything it keeps."""
    return [len(kept) for kept in vars(sessions).values() if isinstance(kept, dict)]


def asked(bus: FakeBus, name: str) -> int:
    return [operation for operation, _ in bus.asked].count(name)


async def look(sessions: Sessions, session: UUID = SESSION) -> auth.SessionView:
    return await sessions.view(USER, session, "00-0-0-01")


async def test_a_session_is_asked_once_until_it_is_too_old() -> None:
    known, old = bus(), bus()
    sessions, forgetful = Sessions(known, 30), Sessions(old, 0)
    for _ in range(3):
        assert await look(sessions) == await look(forgetful) == view()
    assert (asked(known, "session"), asked(old, "session")) == (1, 3)


@pytest.mark.parametrize("invalidate", [ended, changed, lost])
async def test_what_auth_tells_is_felt_at_the_next_request(invalidate: Callable[[FakeBus], None]) -> None:
    known = bus()
    sessions = Sessions(known, 30)
    await look(sessions)
    invalidate(known)
    known.answers["session"] = ServiceError("session_ended")
    with pytest.raises(ServiceError, match="session_ended"):
        await look(sessions)


@pytest.mark.parametrize("invalidate", [ended, changed, lost])
async def test_an_answer_that_was_on_its_way_when_auth_spoke_is_not_kept(
    invalidate: Callable[[FakeBus], None],
) -> None:
    known = bus()

    def answer(request: auth.SessionRequest) -> auth.SessionView:
        invalidate(known)
        return view(request.session)

    known.answers["session"] = answer
    sessions = Sessions(known, 30)
    await look(sessions)
    known.answers["session"] = ServiceError("session_ended")
    with pytest.raises(ServiceError, match="session_ended"):
        await look(sessions)


async def test_the_end_of_one_session_leaves_the_others() -> None:
    known = bus()
    sessions = Sessions(known, 30)
    for session in (SESSION, UUID(int=7)):
        await look(sessions, session)
    ended(known)
    await look(sessions, UUID(int=7))
    assert asked(known, "session") == 2


async def test_without_an_answer_nobody_passes() -> None:
    sessions = Sessions(FakeBus(), 30)
    with pytest.raises(ServiceError, match="unavailable"):
        await sessions.verified(token())
    with pytest.raises(ServiceError, match="unavailable"):
        await look(sessions)


async def test_a_sound_token_is_verified_without_asking_again() -> None:
    known = bus()
    sessions = Sessions(known, 30)
    assert [await sessions.verified(token()) for _ in range(3)] == [(USER, SESSION)] * 3
    assert asked(known, "public_keys") == 1


async def test_a_token_of_an_auth_whose_clock_is_ahead_is_sound() -> None:
    assert await Sessions(bus(), 30).verified(token(ahead=30)) == (USER, SESSION)


async def test_sessions_that_ended_leave_nothing_behind() -> None:
    known = bus()
    sessions = Sessions(known, 30)
    before = kept_by(sessions)
    await look(sessions)
    assert kept_by(sessions) != before
    ended(known)
    ended(known)
    assert kept_by(sessions) == before


async def test_no_forged_token_is_verified() -> None:
    sessions = Sessions(bus(), 30)
    for name, forged in forgeries(token(), token(uuid4(), uuid4())).items():
        if name in ("another's session", "a session of another"):  # auth tells those
            continue
        with pytest.raises(ServiceError, match="unauthenticated"):
            await sessions.verified(forged)


async def test_unknown_keys_at_once_ask_auth_once() -> None:
    known = bus()
    sessions = Sessions(known, 30)
    forged = [sessions.verified(token(kid=f"key-{n}")) for n in range(50)]
    refusals = await asyncio.gather(*forged, return_exceptions=True)
    assert {str(error) for error in refusals} == {"unauthenticated"}
    assert asked(known, "public_keys") == 1


async def test_a_token_expires_to_the_second() -> None:
    sessions = Sessions(bus(), 30)
    past = int((real_now() - timedelta(seconds=1)).timestamp())
    late = signed({"alg": "EdDSA", "kid": KID}, claims_of(token()) | {"exp": past})
    with pytest.raises(ServiceError, match="unauthenticated"):
        await sessions.verified(late)
