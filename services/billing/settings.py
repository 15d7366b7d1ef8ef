"""Billing's settings, prefix `SVET_BILLING_`."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from services.common.retailer import KALUGA, RetailerSetting
from services.common.settings import DEFAULT_FILES_URL, FilesUrl, ServiceSettings


class Settings(ServiceSettings):
    """Who is paid, and how far a closing asks ahead of the answers."""

    model_config = SettingsConfigDict(env_prefix="SVET_BILLING_")

    closing_batches_ahead: int = Field(default=8, ge=1)
    """Batches of a closing that readings is asked about before the first of them is charged."""
    retailer: RetailerSetting = KALUGA
    """Who is paid and where people turn to, as bills print it."""
    files_url: FilesUrl = DEFAULT_FILES_URL
    """Where drawn documents are kept; the gateway has the same setting."""
    window_end_day: int = Field(default=25, ge=1, le=31, validation_alias="SVET_READINGS_WINDOW_END_DAY")
    """The last day for readings, as bills name it: what readings goes by, only told here."""
