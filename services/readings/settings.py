"""Readings' settings, prefix `SVET_READINGS_`."""

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from services.common.settings import ServiceSettings, secret
from services.readings.domain.rules import Limits


class Settings(ServiceSettings):
    """The window of readings (days of the month, both included) and what growth is believable."""

    model_config = SettingsConfigDict(env_prefix="SVET_READINGS_")

    confirmation_secret: SecretStr = secret("readings-confirmation-of-development")
    window_start_day: int = Field(default=15, ge=1, le=31)
    """Shown to people only: a reading is taken on any day."""
    window_end_day: int = Field(default=25, ge=1, le=31)
    growth_factor: int = Field(default=Limits.growth_factor, ge=1)
    """How many times the usual consumption is still believable."""
    power_limit_kw: int = Field(default=Limits.power_limit_kw, ge=1)
    """What a household's connection can carry."""

    @property
    def limits(self) -> Limits:
        return Limits(self.growth_factor, self.power_limit_kw)
