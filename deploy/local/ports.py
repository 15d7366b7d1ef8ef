"""Free ports, remembered between starts."""

import json
import random
import socket
from collections.abc import Iterable, Mapping
from pathlib import Path

# Below the kernel's range for outgoing connections (32768 and up), so that no client's socket sits on a port
# while its process is being restarted.
_FIRST, _LAST = 20000, 31999


def choose_ports(
    file: Path, names: Iterable[str], preferred: Mapping[str, int] | None = None
) -> dict[str, int]:
    """A port for every name: the remembered one when free, else the preferred one, else any free one."""
    remembered: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
    wished = dict(preferred or {})
    chosen: dict[str, int] = {}
    for name in names:
        candidates = [port for port in (remembered.get(name), wished.get(name)) if port]
        chosen[name] = _first_free(candidates, taken=set(chosen.values()))
    file.write_text(json.dumps(remembered | chosen, indent=1))
    return chosen


def _first_free(candidates: list[int], taken: set[int]) -> int:
    for port in candidates:
        if port not in taken and is_free(port):
            return port
    while True:
        port = random.randint(_FIRST, _LAST)  # noqa: S311 - a port is no secret
        if port not in taken and is_free(port):
            return port


def is_free(port: int) -> bool:
    """Whether nothing listens on the port of the loopback address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
