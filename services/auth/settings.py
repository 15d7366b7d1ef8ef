"""Auth's settings, prefix `SVET_AUTH_`."""

from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from services.auth.signing import signing_keys
from services.common.documents import DocumentsSetting
from services.common.settings import ServiceSettings, secret

_DEVELOPMENT_KEYS = '[{"kid": "development", "private": "UX7M2YhNT-OrivB0u-dJQ2zMxzinSphN_i7D6Py2VS4"}]'


class Settings(ServiceSettings):
    """Keys, and how many tries people have. `public_url` is the web client's address, used in letters."""

    model_config = SettingsConfigDict(env_prefix="SVET_AUTH_")

    public_url: str
    documents: DocumentsSetting
    signing_keys: SecretStr = secret(_DEVELOPMENT_KEYS)
    """JSON list of {"kid", "private"}: Ed25519 seeds, base64url. The first signs, all are told to the gateway."""
    pepper: SecretStr = secret("development-pepper-of-auth")
    notify_public_key: SecretStr = secret("RaFL4L3nAT+nwRSrA9ZcH5l2kAPQKezpK5VTMBeQeyM=")
    """X25519, base64: what letters are sealed to. No secret, but the default's private half is public."""

    argon2_time: int = Field(default=2, ge=1)
    argon2_memory_kib: int = Field(default=19456, ge=8)
    """With one lane: OWASP's least for argon2id."""

    activation_hours: int = Field(default=24, ge=1)
    proofs_per_account: int = Field(default=10, ge=1)
    """Tries an hour to prove that an account is one's own, per account number."""
    proofs_per_client: int = Field(default=30, ge=1)
    """The same per client address."""
    proofs_per_user: int = Field(default=20, ge=1)
    """The same per signed-in person who links further accounts."""
    letters_per_hour: int = Field(default=3, ge=1)
    """Letters that somebody asks for (activation again, recovery, a new e-mail), each per account and address."""
    recoveries_per_client: int = Field(default=30, ge=1)
    """Recovery letters asked for in an hour, per client address."""

    access_minutes: int = Field(default=10, ge=1)
    refresh_days: int = Field(default=30, ge=1)
    refresh_grace_seconds: int = Field(default=10, ge=0)
    """A used refresh token is accepted for so long more: tabs of a browser may refresh at once."""

    recovery_minutes: int = Field(default=30, ge=1)
    """Life of a recovery letter, and of one that confirms a new e-mail."""
    objection_days: int = Field(default=30, ge=1)
    """How long the holders of an account may answer «это не я» to a new link."""
    audit_days: int = Field(default=1095, ge=30)
    """How long the audit trail is kept."""
    rp_id: str = "localhost"
    """WebAuthn's relying party: the portal's domain."""
    origins: list[str] = []
    """Origins that WebAuthn answers may come from; `public_url` always is one."""
    retailer: str = "Калужская сбытовая компания"
    """As authenticators show it."""
    staff_session_hours: int = Field(default=10, ge=1)
    staff_idle_minutes: int = Field(default=30, ge=1)

    @model_validator(mode="after")
    def _keys_can_be_read(self) -> Self:
        signing_keys(self.signing_keys.get_secret_value())
        return self
