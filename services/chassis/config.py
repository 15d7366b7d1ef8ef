"""A service's settings as a provider."""

from typing import Any, TypeVar, cast

from nameko.extensions import DependencyProvider

from services.common.settings import ServiceSettings

S = TypeVar("S", bound=ServiceSettings)


class Config(DependencyProvider):  # type: ignore[misc]
    """The settings that the process started with."""

    def get_dependency(self, worker_ctx: Any) -> Any:
        return self.container.config["settings"]


def config(kind: type[S]) -> S:
    """`settings = config(Settings)`: a service's settings, typed."""
    return cast(S, Config())
