"""What a browser's WebAuthn answers are: `toJSON()` of a credential, of which only what is checked is read."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Base64Url = Annotated[str, Field(min_length=1, max_length=4096, pattern=r"^[A-Za-z0-9_-]+$")]
"""Bytes in base64url without padding."""
CredentialId = Annotated[str, Field(min_length=1, max_length=1364, pattern=r"^[A-Za-z0-9_-]+$")]
"""At most 1023 bytes (WebAuthn 5.1.3)."""


class _FromBrowser(BaseModel):
    """Browsers add members over the years: unknown ones are left out."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Attestation(_FromBrowser):
    clientDataJSON: Base64Url
    attestationObject: Base64Url


class NewCredential(_FromBrowser):
    """Of `navigator.credentials.create()`."""

    id: CredentialId
    rawId: CredentialId
    type: Literal["public-key"]
    response: Attestation


class Assertion(_FromBrowser):
    clientDataJSON: Base64Url
    authenticatorData: Base64Url
    signature: Base64Url


class UsedCredential(_FromBrowser):
    """Of `navigator.credentials.get()`."""

    id: CredentialId
    rawId: CredentialId
    type: Literal["public-key"]
    response: Assertion
