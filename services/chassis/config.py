"""A service's settings as a provider."""

from importlib import import_module
from typing import Any, TypeVar, cast

from nameko.extensions import DependencyProvider

from services.common.settings import ServiceSettings, load

S = TypeVar("S", bound=ServiceSettings)


class Config(DependencyProvider):  # type: ignore[misc]
    """The settings that the process started with."""

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self.container.config["settings"]


def config(kind: type[S]) -> S:
    """`settings = config(Settings)`: a service's settings, typed."""
    return cast(S, Config())


def settings_of(service: str) -> ServiceSettings:
    """A service's settings, read from the environment."""
    module = import_module(f"services.{service}.settings")
    kind: type[ServiceSettings] = module.Settings
    return load(kind)
