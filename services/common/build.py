"""What runs here: the version, told as the metric `svet_build_info`."""

import platform
from typing import Final

from prometheus_client import Gauge

VERSION: Final = "0.1.0"
_BUILD = Gauge("svet_build_info", "What runs here", ["service", "version", "python"])


def tell_build(process: str) -> None:
    _BUILD.labels(process, VERSION, platform.python_version()).set(1)
