"""Becomes a supervised program: takes its environment from the state folder, its user, and then its place.

    python -m deploy.local.launch ENVIRONMENT_FILE NAME

So secrets never stand in the supervisor's configuration or on a command line, and a restart picks up a
changed environment.
"""

import ctypes
import json
import os
import pwd
import signal
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1


def main(file: str, name: str) -> None:
    """Read what to run from `file` and run it in place of this process."""
    program = json.loads(Path(file).read_text())[name]
    parent = os.getppid()
    if program["user"] is not None:
        entry = pwd.getpwnam(program["user"])
        os.initgroups(entry.pw_name, entry.pw_gid)
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)
    stop_with_parent(signal.Signals[f"SIG{program['stop_signal']}"])
    if os.getppid() != parent:
        sys.exit("the supervisor is gone")
    os.chdir(program["folder"])
    os.execvpe(program["command"][0], program["command"], program["environment"])  # noqa: S606


def stop_with_parent(stop: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel to stop us when our parent is gone: nothing must outlive its system."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(stop))


if __name__ == "__main__":
    main(*sys.argv[1:])
