"""The supervisor of a local system: its configuration, and the words to it (supervisor's XML-RPC)."""

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any
from xmlrpc.client import Fault, ProtocolError, ServerProxy

from deploy.local.errors import LocalError
from deploy.local.launch import stop_with_parent
from deploy.local.places import ROOT, write_private
from deploy.local.program import Program

# Longer than a service's own bound on finishing what it began.
_STOP_SECONDS = 40

_DAEMON = """\
[supervisord]
nodaemon = true
logfile = {log}/supervisord.log
logfile_maxbytes = 5MB
logfile_backups = 1
pidfile = {state}/supervisord.pid
childlogdir = {log}
{user}
[inet_http_server]
port = 127.0.0.1:{port}
username = svet
password = {password}

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface

[group:servers]
programs = {servers}
priority = 1

[group:svet]
programs = {services}
priority = 2
"""

# startsecs = 0 makes every exit an ordinary one: it is started again within a second, without growing pauses
# and without ever giving up.
_PROGRAM = """
[program:{name}]
command = {command}
directory = {root}
autostart = false
autorestart = true
startsecs = 0
startretries = 1000000
stopsignal = {stop_signal}
stopwaitsecs = {stop_seconds}
stopasgroup = false
killasgroup = true
redirect_stderr = true
stdout_logfile = {log}/{name}.log
stdout_logfile_maxbytes = 10MB
stdout_logfile_backups = 2
"""


@dataclass(frozen=True)
class Supervision:
    """Where one supervisor keeps its files and listens."""

    state: Path
    log: Path
    environment_file: Path
    port: int
    password: str

    @property
    def file(self) -> Path:
        return self.state / "supervisord.conf"

    def configure(self, servers: Sequence[Program], services: Sequence[Program]) -> None:
        """Write the configuration for these programs."""
        write_private(self.file, self.configuration(servers, services))

    def configuration(self, servers: Sequence[Program], services: Sequence[Program]) -> str:
        """The text of supervisord.conf; servers stop after everything that uses them."""
        daemon = _DAEMON.format(
            log=_literal(self.log),
            state=_literal(self.state),
            user="user = root\n" if os.geteuid() == 0 else "",
            port=self.port,
            password=self.password,
            servers=",".join(program.name for program in servers),
            services=",".join(program.name for program in services),
        )
        # A group must not be empty.
        daemon = "\n\n".join(part for part in daemon.split("\n\n") if "programs = \n" not in part)
        return daemon + "".join(self._section(program) for program in [*servers, *services])

    def _section(self, program: Program) -> str:
        launch = [sys.executable, "-m", "deploy.local.launch", str(self.environment_file), program.name]
        return _PROGRAM.format(
            name=program.name,
            command=_literal(shlex.join(launch)),
            root=_literal(ROOT),
            log=_literal(self.log),
            stop_signal=program.stop_signal,
            stop_seconds=_STOP_SECONDS,
        )

    def start(self, *, tied: bool, deadline_seconds: float = 15) -> None:
        """Start the supervisor in a session of its own: a Ctrl-C in our terminal is not for it.

        A tied one is told to stop by the kernel when we are gone, however we went.
        """
        command = [sys.executable, "-m", "supervisor.supervisord", "-c", str(self.file)]
        with (self.log / "supervisord.out").open("wb") as out:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                preexec_fn=stop_with_parent if tied else None,
            )
        deadline = time.monotonic() + deadline_seconds
        while not self.running():
            if process.poll() is not None or time.monotonic() > deadline:
                said = (self.log / "supervisord.out").read_text(errors="replace").strip()
                raise LocalError(f"The supervisor did not start:\n{said}")
            time.sleep(0.05)

    def running(self) -> bool:
        """Whether our supervisor is there and not on its way out."""
        return self._state() == "RUNNING"

    def answers(self) -> bool:
        """Whether our supervisor is there at all."""
        return self._state() is not None

    def _state(self) -> str | None:
        try:
            return str(self.call("getState")["statename"])
        except (ProtocolError, LocalError):
            return None

    def call(self, method: str, *arguments: Any) -> Any:
        """One of supervisor's own methods, e.g. startProcess; raises LocalError, also when it is gone."""
        with ServerProxy(f"http://svet:{self.password}@127.0.0.1:{self.port}/RPC2") as proxy:
            try:
                return getattr(proxy.supervisor, method)(*arguments)
            except Fault as fault:
                raise LocalError(
                    f"The supervisor refused {method} {arguments}: {fault.faultString}"
                ) from fault
            except (OSError, HTTPException) as error:
                raise LocalError(
                    f"The supervisor does not answer. Was Svet stopped meanwhile? See {self.log}/supervisord.log."
                ) from error

    def states(self) -> dict[str, dict[str, Any]]:
        """What supervisor knows of every program, by name."""
        return {entry["name"]: entry for entry in self.call("getAllProcessInfo")}

    def cut_off(self) -> None:
        """Kill everything and stop the supervisor; for a system whose data go with it."""
        self.call("stopAllProcesses", False)  # whatever dies from now on is not started again
        for name, entry in self.states().items():
            # PostgreSQL's immediate shutdown: killed, it would leave its shared memory behind.
            number = "QUIT" if name == "postgres" else "KILL"
            with suppress(LocalError):  # it is gone already
                self.call("signalProcess", f"{entry['group']}:{name}", number)
        self.shut_down()

    def shut_down(self, deadline_seconds: float = 120) -> None:
        """Stop everything in order and the supervisor itself; returns when it is gone."""
        pid = int(self.call("getPID"))
        self.call("shutdown")
        deadline = time.monotonic() + deadline_seconds
        while _alive(pid):
            if time.monotonic() > deadline:
                raise LocalError(f"The supervisor (pid {pid}) does not stop; see {self.log}/supervisord.log")
            time.sleep(0.05)


def _literal(text: str | Path) -> str:
    """A value as supervisor reads it back: it takes % for its own expressions."""
    return str(text).replace("%", "%%")


def _alive(pid: int) -> bool:
    """Whether the process runs; our own child that has ended is reaped here."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
