"""The gateway's settings, prefix `SVET_GATEWAY_`."""

from pathlib import Path

from pydantic import Field, IPvAnyNetwork, SecretStr
from pydantic_settings import SettingsConfigDict

from gateway.retailer import KALUGA_CONTACTS, Contacts
from services.common.documents import DocumentsSetting
from services.common.retailer import KALUGA, RetailerSetting
from services.common.settings import DEFAULT_FILES_URL, CommonSettings, FilesUrl, secret


class Settings(CommonSettings):
    """Where it listens, how it reaches the bus, and its limits."""

    model_config = SettingsConfigDict(env_prefix="SVET_GATEWAY_", extra="ignore")

    amqp_url: SecretStr
    host: str = "127.0.0.1"
    port: int = 8080
    csrf_secret: SecretStr = secret("development-csrf-secret")
    trusted_proxies: list[IPvAnyNetwork] = []
    """Peers (addresses or networks) whose X-Forwarded-For is believed: its last hop is the client."""
    cookie_secure: bool = True
    max_in_flight: int = Field(default=300, ge=1)
    """Calls waiting on the bus at once; more get an honest 503."""
    heavy_at_once: int = Field(default=1, ge=1)
    """Calls that hash a password, let into auth at once: a flood of them must neither take all its workers nor
    bunch up in its one thread of Python. About the cores that auth hashes on, shared among the gateways."""
    max_body_bytes: int = 64 * 1024
    max_head_bytes: int = 32 * 1024
    """A request's line and headers together."""
    request_seconds: float = 15.0
    """A request that has not arrived whole within this time loses its connection."""
    session_cache_seconds: float = 30.0
    sign_in_limit: str = "20/minute"
    """Per home (an IPv6 /64); `limits` notation."""
    registration_limit: str = "10/minute"
    hint_limit: str = "60/minute"
    """Hints while a form is filled in."""
    device_limit: str = "60/minute"
    """Tickets, and sign-ins by PIN or biometrics; wrong PINs are counted by auth."""
    carrier_homes: int = Field(default=3, ge=1)
    """An IPv4 address may be a carrier's, with many homes behind it: it has so many homes' limits."""
    stop_timeout_seconds: int = 20
    documents: DocumentsSetting
    retailer: RetailerSetting = KALUGA
    contacts: Contacts = KALUGA_CONTACTS
    """JSON: phones by purpose with their hours, offices."""
    window_start_day: int = Field(15, ge=1, le=31, validation_alias="SVET_READINGS_WINDOW_START_DAY")
    window_end_day: int = Field(25, ge=1, le=31, validation_alias="SVET_READINGS_WINDOW_END_DAY")
    """What readings and payments go by, only told here."""
    max_amount: int = Field(10_000_000, ge=1, validation_alias="SVET_PAYMENTS_MAX_AMOUNT")
    client_files: Path = Path(__file__).parent / "web" / "dist"
    """The built client; without it people get a plain page that says to come back."""
    files_url: FilesUrl = DEFAULT_FILES_URL
    """Where drawn documents are kept; billing has the same setting."""
