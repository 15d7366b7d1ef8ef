"""Billing's settings, prefix `SVET_BILLING_`."""

from pydantic_settings import SettingsConfigDict

from services.common.settings import ServiceSettings


class Settings(ServiceSettings):
    """Nothing beyond what every service reads."""

    model_config = SettingsConfigDict(env_prefix="SVET_BILLING_")
