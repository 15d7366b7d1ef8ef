"""Payments' settings, prefix `SVET_PAYMENTS_`."""

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from services.common.documents import DocumentsSetting
from services.common.retailer import KALUGA, RetailerSetting
from services.common.settings import ServiceSettings, secret


class Settings(ServiceSettings):
    """Money is in kopecks, times in seconds."""

    model_config = SettingsConfigDict(env_prefix="SVET_PAYMENTS_")

    acquirer_url: str = Field("http://127.0.0.1:8090/payment/rest/", pattern=r"^https?://.+/$")
    acquirer_user: str = "svet-api"
    acquirer_password: SecretStr = secret("svet-development-acquirer-password")
    callback_secret: SecretStr = secret("svet-development-callback-secret")
    callback_url: str | None = None
    """Where the acquirer calls back, as it reaches us; without it the address of the merchant's settings holds."""
    return_url: str = "http://127.0.0.1:8080/pay/return"
    """Where the browser comes back to; `payment=<id>` is added."""
    max_amount: int = Field(10_000_000, ge=1)
    documents: DocumentsSetting
    retailer: RetailerSetting = KALUGA
    """Who is paid, as receipts print it; billing has the same setting."""
    order_lifetime: int = Field(1200, ge=60)
    """How long an order can be paid."""
    lease_seconds: float = Field(20.0, gt=0)
    """Longer than a start may take (15 s): when it has run out, whoever made the order is surely gone."""
    poll_interval: float = Field(5.0, gt=0)
    """The first pause before the poller asks for an open order; it doubles up to `poll_longest`."""
    poll_longest: float = Field(60.0, gt=0)
    poll_overdue: float = Field(1800.0, gt=0)
    """The longest pause for an order that ought to have ended by itself long ago."""
    poll_margin: float = Field(600.0, ge=0)
    poll_batch: int = Field(20, ge=1)
    poll_at_once: int = Field(8, ge=1)
