"""Settings of the sandbox, with values that suit a developer's machine; production is refused."""

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

from services.common.settings import CommonSettings, UnsafeSettings, secret


class SandboxSettings(CommonSettings):
    """Every name is SVET_SANDBOX_<FIELD>.

    acquirer_public_url is how the customer's browser reaches the card page; callback_url is how the acquirer
    reaches the portal. In containers the two worlds have different names for the same program.
    """

    model_config = SettingsConfigDict(env_prefix="SVET_SANDBOX_", populate_by_name=True, extra="ignore")

    host: str = "127.0.0.1"
    acquirer_port: int = 8090
    mailbox_port: int = 8025
    smtp_port: int = 2525

    acquirer_public_url: str = "http://127.0.0.1:8090"
    acquirer_user: str = "svet-api"
    acquirer_password: SecretStr = secret("svet-development-acquirer-password")
    callback_url: str = ""
    callback_secret: SecretStr = secret("svet-development-callback-secret")
    callback_interval_seconds: float = Field(30, ge=0)
    callback_timeout_seconds: float = Field(10, gt=0)
    unknown_settles_after_seconds: float = Field(120, ge=0)
    """An order with an unknown outcome is paid by itself after this long; 0 leaves it to a command."""
    state: Path | None = None
    """A SQLite file that keeps the orders over a restart; without it they live in memory."""

    letters_kept: int = Field(20_000, gt=0)
    letters_kept_bytes: int = Field(256 * 1024 * 1024, gt=0)

    @model_validator(mode="after")
    def _safe_in_production(self) -> Self:
        """Stricter than its namesake: no settings make a pretended bank safe there."""
        if self.env == "production":
            raise UnsafeSettings("the sandbox plays the bank: it does not start with SVET_ENV=production")
        return self
