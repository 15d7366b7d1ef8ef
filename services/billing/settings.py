"""Billing's settings, prefix `SVET_BILLING_`."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from services.common.settings import ServiceSettings


class Settings(ServiceSettings):
    """How far a closing asks ahead of the answers."""

    model_config = SettingsConfigDict(env_prefix="SVET_BILLING_")

    closing_batches_ahead: int = Field(default=8, ge=1)
    """Batches of a closing that readings is asked about before the first of them is charged."""
