"""WebAuthn by py_webauthn: what a browser is asked, and whether its answer holds."""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.structs import (
    AuthenticatorAttachment,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from services.auth import tickets
from services.auth.settings import Settings
from services.contracts.auth.webauthn import NewCredential, UsedCredential

log = logging.getLogger(__name__)
_MILLISECONDS = int(tickets.LIFE.total_seconds() * 1000)
_VERIFIED = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True)
class Registered:
    """A sound new credential: its id (base64url), COSE public key and signature counter."""

    id: str
    public_key: bytes
    sign_count: int


def creation_options(
    settings: Settings, ticket: str, holder: UUID, name: str, known: Sequence[str], *, platform: bool
) -> dict[str, Any]:
    """What `navigator.credentials.create()` is asked: a verified person, no attestation, none of the `known` ids.

    `holder` is the user handle: a passkey of the same handle would replace the holder's other one.
    `platform`: only what is built into the device.
    """
    options = generate_registration_options(
        rp_id=settings.rp_id,
        rp_name=settings.retailer,
        user_id=holder.bytes,
        user_name=name,
        challenge=tickets.challenge_of(ticket),
        timeout=_MILLISECONDS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            authenticator_attachment=AuthenticatorAttachment.PLATFORM if platform else None,
            # We always name the credential, so it need not take one of the authenticator's few places.
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=_VERIFIED,
        ),
        exclude_credentials=_described(known),
    )
    return _plain(options_to_json(options))


def request_options(settings: Settings, ticket: str, allowed: Sequence[str]) -> dict[str, Any]:
    """What `navigator.credentials.get()` is asked: one of the `allowed` ids, with the person verified."""
    options = generate_authentication_options(
        rp_id=settings.rp_id,
        challenge=tickets.challenge_of(ticket),
        timeout=_MILLISECONDS,
        allow_credentials=_described(allowed),
        user_verification=_VERIFIED,
    )
    return _plain(options_to_json(options))


def registered(settings: Settings, ticket: str, credential: NewCredential) -> Registered | None:
    """The credential that an authenticator has made in answer to the ticket; None when the answer does not hold."""
    try:
        checked = verify_registration_response(
            credential=credential.model_dump(),
            expected_challenge=tickets.challenge_of(ticket),
            expected_rp_id=settings.rp_id,
            expected_origin=origins(settings),
            require_user_verification=True,
        )
    except Exception as error:  # noqa: BLE001 - its parsers let out whatever broken CBOR makes them raise
        log.info("a new credential was refused", extra={"error": type(error).__name__})
        return None
    credential_id = bytes_to_base64url(checked.credential_id)
    # What will be asked for later is what the authenticator itself calls its credential, not what the page says.
    if credential_id != credential.id:
        return None
    return Registered(credential_id, checked.credential_public_key, checked.sign_count)


def sign_count(settings: Settings, ticket: str, credential: UsedCredential, public_key: bytes) -> int | None:
    """The signature counter of a sound answer to the ticket; None when the answer does not hold.

    Whether the counter has grown is for the table to say, in one statement with keeping it.
    """
    try:
        checked = verify_authentication_response(
            credential=credential.model_dump(),
            expected_challenge=tickets.challenge_of(ticket),
            expected_rp_id=settings.rp_id,
            expected_origin=origins(settings),
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except Exception as error:  # noqa: BLE001 - as above
        log.info("a credential was refused", extra={"error": type(error).__name__})
        return None
    return checked.new_sign_count


def origins(settings: Settings) -> list[str]:
    """Where an answer may come from: the portal, and what the settings add."""
    portal = urlsplit(settings.public_url)
    return [f"{portal.scheme}://{portal.netloc}", *settings.origins]


def _described(ids: Sequence[str]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(credential)) for credential in ids]


def _plain(options: str) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(options)
    return plain
