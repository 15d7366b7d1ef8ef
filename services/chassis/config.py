"""A service's settings, read for each of its processes, and as a provider."""

from importlib import import_module
from typing import Any, TypeVar, cast

from nameko.extensions import DependencyProvider

from services.common.settings import ServiceSettings, WorkerSettings, load, service_of

S = TypeVar("S", bound=ServiceSettings)


class Config(DependencyProvider):  # type: ignore[misc]
    """The settings that the process started with."""

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self.container.config["settings"]


def config(kind: type[S]) -> S:
    """`settings = config(Settings)`: a service's settings, typed."""
    return cast(S, Config())


def settings_of(process: str) -> ServiceSettings:
    """A process's settings, read from the environment: its service's, and some of its own."""
    service = service_of(process)
    module = import_module(f"services.{service}.settings")
    kind: type[ServiceSettings] = module.Settings
    settings = load(kind)
    if process == service:
        return settings
    own = WorkerSettings(_env_prefix=f"SVET_{process.replace('-', '_').upper()}_")
    return settings.model_copy(update=own.model_dump())
