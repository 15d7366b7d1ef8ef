"""Settings come from the environment; in production a default secret or a shifted clock refuses to start."""

from typing import Annotated, Any, Final, Literal, Self, TypeVar

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Environment = Literal["development", "test", "production"]


DEFAULT_FILES_URL: Final = "file:///var/lib/svet/files"
FilesUrl = Annotated[str, Field(validation_alias="SVET_FILES_URL", pattern=r"^[a-z0-9]+://.+$")]
"""`files_url: FilesUrl = DEFAULT_FILES_URL`: a folder (`file:///...`) or a bucket (`s3://bucket/prefix`)."""


SHARED_SETTINGS: Final = (
    "SVET_READINGS_WINDOW_START_DAY",
    "SVET_READINGS_WINDOW_END_DAY",
    "SVET_PAYMENTS_MAX_AMOUNT",
)
"""Settings of one service that others tell people about: whoever reads them reads these very variables."""


class UnsafeSettings(ValueError):
    """The settings must not be used in this environment."""


def secret(development_default: str) -> Any:
    """A secret with a default that only development and tests may use."""
    return Field(default=SecretStr(development_default), json_schema_extra={"development_secret": True})


class CommonSettings(BaseSettings):
    """What every process of ours reads, prefix `SVET_`."""

    model_config = SettingsConfigDict(extra="ignore")

    env: Environment = Field(default="production", validation_alias="SVET_ENV")
    business_offset: int = Field(default=0, validation_alias="SVET_BUSINESS_OFFSET")
    log_level: str = Field(default="INFO", validation_alias="SVET_LOG_LEVEL")

    @model_validator(mode="after")
    def _safe_in_production(self) -> Self:
        if self.env != "production":
            return self
        if self.business_offset:
            raise UnsafeSettings("SVET_BUSINESS_OFFSET is not allowed in production")
        defaults = [
            name
            for name, field in type(self).model_fields.items()
            if isinstance(field.json_schema_extra, dict)
            and field.json_schema_extra.get("development_secret")
            and getattr(self, name) == field.default
        ]
        if defaults:
            prefix = self.model_config.get("env_prefix", "")
            names = ", ".join(prefix + name.upper() for name in defaults)
            raise UnsafeSettings(f"set {names}: development defaults are refused in production")
        return self


class ServiceSettings(CommonSettings):
    """What every service behind the bus reads, prefix `SVET_<SERVICE>_`."""

    database_url: SecretStr
    amqp_url: SecretStr
    http_host: str = "127.0.0.1"
    http_port: int = 0
    workers: int = Field(default=10, ge=1, le=200)
    """Calls handled at once; the database pool has room for each, plus the background loops."""
    start_timeout_seconds: float = 60.0
    stop_timeout_seconds: float = 20.0
    relay_interval_seconds: float = 0.5
    retry_interval_seconds: float = 1.0
    inbox_max_attempts: int = 8


class WorkerSettings(BaseSettings):
    """What a further process of a service has for itself, prefix `SVET_<SERVICE>_CLOSING_`."""

    model_config = SettingsConfigDict(extra="ignore")

    http_port: int = 0
    workers: int = Field(default=1, ge=1, le=200)
    """Its work is computing: more at once is no faster (`./svet bench billing`), and holds more transactions open."""


def service_of(process: str) -> str:
    """Whose code, database, broker user and settings a process has: `billing-closing` is billing's."""
    return process.partition("-")[0]


S = TypeVar("S", bound=CommonSettings)


def load(kind: type[S]) -> S:
    """Read settings of one kind from the environment. Raises pydantic.ValidationError naming each bad one."""
    return kind()
