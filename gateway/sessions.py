"""Which accounts a session may touch: asked of auth, cached for seconds, dropped when auth says so."""

import asyncio
import base64
import time
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gateway.bus import Bus
from gateway.metrics import SESSION_CACHE
from services.contracts import auth
from services.contracts.base import Nothing
from services.contracts.errors import ServiceError
from services.contracts.events import Envelope

_KEYS_SECONDS = 300.0
_KEYS_MISS_SECONDS = 1.0
"""An unknown key id asks auth again, at most this often."""


class Sessions:
    """Verifies access tokens locally and knows session -> accounts; without an answer it fails closed."""

    def __init__(self, bus: Bus, cache_seconds: float) -> None:
        self._bus = bus
        self._cache_seconds = cache_seconds
        self._views: dict[UUID, tuple[float, auth.SessionView]] = {}
        self._users: dict[UUID, set[UUID]] = {}
        """The sessions in `_views` by user, and no others."""
        self._generation = 0
        self._keys: dict[str, Ed25519PublicKey] = {}
        self._keys_at = -_KEYS_SECONDS
        self._asking: asyncio.Task[None] | None = None
        bus.listen(auth.SESSION_ENDED, self._session_ended)
        bus.listen(auth.PROFILE_CHANGED, self._profile_changed)
        bus.on_missed = self.drop_all

    async def verified(self, token: str) -> tuple[UUID, UUID]:
        """(user, session) of a sound access token; raises `unauthenticated`."""
        try:
            kid = jwt.get_unverified_header(token).get("kid")
            key = await self._key(str(kid))
            claims = jwt.decode(
                token,
                key,
                algorithms=["EdDSA"],
                issuer="svet",
                # Only auth signs: a token from the future is auth's clock a moment ahead of ours, not a forgery.
                options={"require": ["exp", "iat", "sub", "sid"], "verify_iat": False},
            )
            return UUID(claims["sub"]), UUID(claims["sid"])
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            raise ServiceError("unauthenticated") from error

    async def view(self, user: UUID, session: UUID, traceparent: str) -> auth.SessionView:
        """What the session may touch; raises `session_ended`, or `unavailable` when auth does not answer."""
        kept = self._views.get(session)
        if kept and kept[0] > time.monotonic():
            SESSION_CACHE.labels("hit").inc()
            return kept[1]
        SESSION_CACHE.labels("miss").inc()
        generation = self._generation
        view = await self._bus.call(
            auth.SESSION, auth.SessionRequest(user=user, session=session), traceparent=traceparent
        )
        if generation == self._generation:
            self._remember(view)
        return view

    def forget(self, session: UUID) -> None:
        """A session that ends: nothing kept or on its way may be used for it any more."""
        self._generation += 1
        kept = self._views.pop(session, None)
        if kept is None:
            return
        user = kept[1].user
        self._users[user].discard(session)
        if not self._users[user]:
            del self._users[user]

    def forget_user(self, user: UUID) -> None:
        """The same for all sessions of a person."""
        self._generation += 1
        for session in self._users.pop(user, ()):
            self._views.pop(session, None)

    def drop_all(self) -> None:
        self._generation += 1
        self._views.clear()
        self._users.clear()

    def _remember(self, view: auth.SessionView) -> None:
        if len(self._views) > 50_000:
            self.drop_all()
        self._views[view.session] = (time.monotonic() + self._cache_seconds, view)
        self._users.setdefault(view.user, set()).add(view.session)

    def _session_ended(self, envelope: Envelope) -> None:
        self.forget(auth.SessionEnded.model_validate(envelope.payload).session)

    def _profile_changed(self, envelope: Envelope) -> None:
        self.forget_user(auth.ProfileChanged.model_validate(envelope.payload).user)

    async def _key(self, kid: str) -> Ed25519PublicKey:
        age = time.monotonic() - self._keys_at
        if age > _KEYS_SECONDS or (kid not in self._keys and age > _KEYS_MISS_SECONDS):
            # One question for all who wait: forged tokens at once must not fill the bus.
            if self._asking is None or self._asking.done():
                self._asking = asyncio.create_task(self._ask_keys())
            await asyncio.shield(self._asking)
        if kid not in self._keys:
            raise ServiceError("unauthenticated")
        return self._keys[kid]

    async def _ask_keys(self) -> None:
        reply = await self._bus.call(auth.PUBLIC_KEYS, Nothing())
        self._keys = {key.kid: _public_key(key.x) for key in reply.keys}
        self._keys_at = time.monotonic()


def _public_key(x: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(x + "=" * (-len(x) % 4)))
