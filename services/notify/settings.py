"""Notify's settings, prefix `SVET_NOTIFY_`."""

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from services.common.settings import ServiceSettings, secret


class Settings(ServiceSettings):
    """The mail server, the key that opens seals, and the retailer as letters name it."""

    model_config = SettingsConfigDict(env_prefix="SVET_NOTIFY_")

    private_key: SecretStr = secret("xU2c2g3gs0n8lDgjXUCPgxuxa4tR//VRqHsuVgZPyHo=")
    """X25519, base64; its public half is auth's `SVET_AUTH_NOTIFY_PUBLIC_KEY`."""
    smtp_host: str
    smtp_port: int
    smtp_security: Literal["none", "starttls", "tls"] = "none"
    """`none` is for a relay on the same host only; the certificate is checked in both others."""
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    sender: str = "no-reply@ksk.kaluga.ru"
    letters_at_once: int = Field(default=4, ge=1, le=50)
    lease_seconds: float = Field(default=60.0, gt=0)
    """How long one process may be busy with a letter; longer than one sending may take (chassis/smtp.py)."""

    retailer_name: str = "ПАО «Калужская сбытовая компания»"
    retailer_phone: str = "(4842) 701-838"
    retailer_email: str = "support@ksk.kaluga.ru"
    retailer_address: str = "248001, Калуга, пер. Суворова, 8"
