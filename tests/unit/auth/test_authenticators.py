"""WebAuthn answers, sound and broken: whatever comes is an answer that holds or does not."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import cbor2
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from services.auth import authenticators, tickets
from services.auth.settings import Settings
from services.contracts.auth.webauthn import NewCredential, UsedCredential
from tests.support.authenticator import Authenticator
from tests.support.device import base64url

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ORIGIN = "http://svet.test"
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-300, 300) | st.binary(max_size=90) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.integers(-4, 4), inner, max_size=5),
    max_leaves=8,
)
broken = examples(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def asked(settings: Settings) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A ticket, and what a browser is asked with it at registration and at sign-in."""
    ticket = tickets.issue(settings, "webauthn-get", uuid4(), NOW)
    created = authenticators.creation_options(settings, ticket, uuid4(), "180211111", [], platform=True)
    return ticket, created, authenticators.request_options(settings, ticket, ["AAAA"])


Asked = tuple[str, dict[str, Any], dict[str, Any]]


def test_a_sound_credential_is_taken_and_its_answer_holds(settings: Settings, asked: Asked) -> None:
    ticket, created, requested = asked
    finger = Authenticator(ORIGIN)
    made = authenticators.registered(settings, ticket, NewCredential.model_validate(finger.create(created)))
    assert made is not None
    assert made.id == finger.id
    used = UsedCredential.model_validate(finger.get(requested))
    assert authenticators.sign_count(settings, ticket, used, made.public_key) == 1


def test_origins_are_the_portal_s_and_those_of_the_settings(settings: Settings) -> None:
    more = settings.model_copy(update={"public_url": f"{ORIGIN}/cabinet/", "origins": ["https://app.test"]})
    assert authenticators.origins(more) == [ORIGIN, "https://app.test"]


@broken
@given(ANYTHING, st.binary(max_size=200))
def test_a_broken_registration_is_none(settings: Settings, asked: Asked, thing: Any, noise: bytes) -> None:
    ticket, created, _ = asked
    for attestation in (
        noise,
        cbor2.dumps(thing),
        cbor2.dumps({"fmt": "none", "attStmt": thing, "authData": noise}),
        cbor2.dumps({"fmt": thing, "attStmt": {}, "authData": noise}),
        cbor2.dumps({"fmt": "packed", "attStmt": thing, "authData": with_key(thing)}),
        cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": with_key(thing)}),
    ):
        credential = Authenticator(ORIGIN).create(created)
        credential["response"]["attestationObject"] = base64url(attestation) or "A"
        given_one = NewCredential.model_validate(credential)
        assert authenticators.registered(settings, ticket, given_one) is None


@broken
@given(st.binary(max_size=120), st.binary(max_size=120), st.binary(min_size=1, max_size=90))
def test_a_broken_answer_is_none(
    settings: Settings, asked: Asked, data: bytes, signature: bytes, key: bytes
) -> None:
    ticket, _, requested = asked
    credential = Authenticator(ORIGIN).get(requested)
    credential["response"] |= {
        "authenticatorData": base64url(data) or "A",
        "signature": base64url(signature) or "A",
    }
    used = UsedCredential.model_validate(credential)
    assert authenticators.sign_count(settings, ticket, used, key) is None


def with_key(thing: Any) -> bytes:
    """Authenticator data whose public key is anything at all."""
    finger = Authenticator(ORIGIN)
    head = finger.data(0x40)
    return head + bytes(16) + (4).to_bytes(2, "big") + b"\0\0\0\0" + cbor2.dumps(thing)
