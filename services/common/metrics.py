"""Metrics that every kind of process tells: what runs here, and the messages it publishes."""

import platform
from typing import Final

from prometheus_client import Counter, Gauge

VERSION: Final = "0.1.0"
_BUILD = Gauge("svet_build_info", "What runs here", ["service", "version", "python"])
BUS_MESSAGES = Counter("svet_bus_messages_total", "Messages published", ["operation", "kind"])


def tell_build(process: str) -> None:
    _BUILD.labels(process, VERSION, platform.python_version()).set(1)
