"""Named crash points: a test writes a point's name into the file, and the process dies there, once."""

import os
import signal
from pathlib import Path

_FILE = os.environ.get("SVET_CRASH_FILE") if os.environ.get("SVET_ENV") == "test" else None


def point(name: str) -> None:
    """Die here by SIGKILL when the crash file holds `name`; the file is removed first. Nothing outside tests."""
    if _FILE is None:
        return
    path = Path(_FILE)
    try:
        if path.read_text().strip() != name:
            return
        path.unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
