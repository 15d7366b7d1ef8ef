"""A whole Svet on this machine under one supervisor: for `./svet up`, and for tests next to it."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from deploy.local import readiness
from deploy.local.environment import SERVICES, WORKERS, Addresses, environment, everything, port_names
from deploy.local.errors import LocalError, NotReady
from deploy.local.passwords import keep_passwords
from deploy.local.places import DEFAULT_STATE, ROOT, make_folder, places, write_private
from deploy.local.ports import choose_ports, is_free
from deploy.local.program import Program
from deploy.local.provision import provision
from deploy.local.servers import BROKER_PASSWORDS, PASSWORDS, Servers
from deploy.local.supervision import Supervision

ALL_PROCESSES = ("sandbox", *SERVICES, *WORKERS, "gateway")
_COMMANDS = {"sandbox": ["deploy.sandbox"], "gateway": ["gateway"]}
_CRASHES_ENOUGH = 5


class LocalSystem:
    """PostgreSQL, RabbitMQ and Svet's processes, started, watched and stopped together.

    Several may live on one machine, each in its own state folder. `processes` are names or names with counts:
    {"auth": 1, "gateway": 2} runs `auth`, `gateway` and `gateway-2`. `settings` are environment variables for
    them (SVET_BUSINESS_OFFSET and the like). `tied` systems stop when the process that started them is gone
    (the thread, to be exact: start one from the main thread).
    """

    def __init__(
        self,
        state_dir: Path = DEFAULT_STATE,
        *,
        processes: Mapping[str, int] | Iterable[str] = ALL_PROCESSES,
        settings: Mapping[str, str] | None = None,
        programs: Sequence[Program] = (),
        data_dir: Path | None = None,
        preferred_ports: Mapping[str, int] | None = None,
        database_url: str | None = None,
        amqp_url: str | None = None,
        tied: bool = True,
    ) -> None:
        self.places = places(state_dir, data_dir)
        self._given: tuple[str | None, str | None] = (database_url, amqp_url)
        self.instances = _instances(processes)
        self.settings = {
            "SVET_SANDBOX_STATE": str(self.places.state / "sandbox.sqlite3"),
            "SVET_FILES_URL": (self.places.state / "files").resolve().as_uri(),
            **(settings or {}),
        }
        self.programs = list(programs)
        self.tied = tied
        self._preferred_ports = dict(preferred_ports or {})
        self._temporary = False

    @classmethod
    def temporary(cls, **wishes: object) -> "LocalSystem":
        """A system in a folder of its own under the temporary folder; `destroy` removes it with its data."""
        state = Path(tempfile.mkdtemp(prefix="svet-"))
        state.chmod(0o711)
        system = cls(state, data_dir=state / "servers", **wishes)  # type: ignore[arg-type]
        system._temporary = True
        return system

    # ---- the whole

    def start(self) -> None:
        """Start everything: servers, databases, migrations, processes; `wait_ready` tells when it works."""
        with self.lock():
            self.start_servers()
            self.migrate()
            self.start_services()

    def start_servers(self) -> None:
        """Start the supervisor and the servers, and bring about roles and databases.

        RabbitMQ needs some seconds more: migrations need not wait for it, and services wait by themselves.
        """
        if self.running():
            raise LocalError(f"This system is already running (its state is in {self.places.state}).")
        self._wait_for_the_last_to_stop()
        make_folder(self.places.state, mode=0o711)
        make_folder(self.places.log)
        choose_ports(self._ports_file, self._port_names(), self._preferred_ports)
        write_private(self._ready_made_file, json.dumps(self._given))
        servers = self.servers.prepare(self.ports, self.passwords)
        services = [*self._services(), *self.programs]
        self._write_environment([*servers, *services])
        self.supervision.configure(servers, services)
        self.supervision.start(tied=self.tied)
        for server in servers:
            self.start_process(server.name)
        self.wait_ready(60, [server.name for server in servers if server.name == "postgres"])
        self._check_ready_made()
        provision(self.urls.database_admin, self.urls.databases.values())

    def migrate(self, names: Iterable[str] | None = None) -> None:
        """Bring the databases of these services (default: our processes') to the newest migration.

        One process for all of them: starting Python and Alembic takes longer than the migrations.
        """
        wanted = [name for name in SERVICES if name in self.instances] if names is None else list(names)
        if not wanted:
            return
        command = [sys.executable, "-m", "services.chassis.migrate", *wanted]
        with (self.places.log / "migrate.log").open("wb") as log:
            done = subprocess.run(command, cwd=ROOT, env=self.variables(), stdout=log, stderr=log)
        if done.returncode != 0:
            raise LocalError(f"The migrations failed. The end of {log.name}:\n{self.tail('migrate')}")

    def start_services(self) -> None:
        """Start Svet's own processes; the servers must be there."""
        for program in [*self._services(), *self.programs]:
            self.start_process(program.name)

    def stop(self) -> None:
        """Stop everything in order; data stay. Stopping a stopped system is nothing."""
        if self.running():
            self.supervision.shut_down()

    def destroy(self) -> None:
        """End a temporary system at once and remove its folder: nobody needs what it was at. Stop any other."""
        if not self._temporary:
            self.stop()
            return
        if self.running():
            self.supervision.cut_off()
        shutil.rmtree(self.places.state, ignore_errors=True)

    def __enter__(self) -> "LocalSystem":
        return self

    def __exit__(self, *_: object) -> None:
        self.destroy()

    def running(self) -> bool:
        """Whether the supervisor of this state folder is at work."""
        return self._ports_file.exists() and "supervisor" in self.ports and self.supervision.running()

    # ---- one process

    def pid(self, process: str) -> int:
        """The process's own number (the server's, the interpreter's), 0 while it does not run."""
        return int(self.supervision.call("getProcessInfo", self._full(process))["pid"])

    def start_process(self, process: str) -> None:
        self.supervision.call("startProcess", self._full(process), False)

    def stop_process(self, process: str) -> None:
        """Stop it and wait until it is gone; it stays stopped."""
        self.supervision.call("stopProcess", self._full(process), True)

    def restart(self, process: str) -> None:
        self.stop_process(process)
        self.start_process(process)

    def kill(self, process: str, number: signal.Signals = signal.SIGKILL) -> int:
        """Send a signal to the process; gives the number it had. The supervisor starts a dead one again."""
        pid = self.pid(process)
        os.kill(pid, number)
        return pid

    def set_environment(self, process: str, variables: Mapping[str, str]) -> None:
        """Change a process's variables; its next start takes them."""
        programs = json.loads(self._environment_file.read_text())
        programs[process]["environment"] |= variables
        write_private(self._environment_file, json.dumps(programs, indent=1))

    def states(self) -> dict[str, str]:
        """Every process with the supervisor's word for its state (RUNNING, STOPPED, ...)."""
        return {name: str(entry["statename"]) for name, entry in self.supervision.states().items()}

    # ---- waiting

    def wait_ready(self, deadline: float = 60, processes: Iterable[str] | None = None) -> None:
        """Wait until these processes (default: all) are ready; raises NotReady with the end of a log."""
        waiting = list(self.states() if processes is None else processes)
        seen: dict[str, set[int]] = {name: set() for name in waiting}
        until = time.monotonic() + deadline
        while True:
            states = self.supervision.states()
            waiting = [name for name in waiting if not (states[name]["pid"] and self._answers(name))]
            if not waiting:
                return
            for name in waiting:
                seen[name] |= {int(states[name]["pid"])} - {0}
            crashing = [name for name in waiting if len(seen[name]) >= _CRASHES_ENOUGH]
            if crashing or time.monotonic() > until:
                raise NotReady(
                    self._not_ready(crashing or waiting, "keeps stopping" if crashing else "is not ready")
                )
            time.sleep(0.1)

    def is_ready(self, process: str) -> bool:
        """Whether the process does its work now."""
        return self.pid(process) != 0 and self._answers(process)

    def _answers(self, process: str) -> bool:
        match process:
            case "postgres":
                return readiness.database_answers(self.urls.database_admin)
            case "rabbitmq":
                return readiness.broker_answers(self.urls.broker_admin)
            case "epmd":
                return not is_free(self.ports["epmd"])
            case "sandbox":
                pages = (self.urls.acquirer, self.urls.mailbox)
                return all(readiness.page_answers(f"{page}/health/ready") for page in pages)
            case _ if process in self.instances:
                return readiness.page_answers(f"http://127.0.0.1:{self.ports[process]}/health/ready")
            case _:
                extra = [program.ready for program in self.programs if program.name == process]
                return all(readiness.page_answers(page) for page in extra if page)

    def tail(self, process: str, lines: int = 20) -> str:
        """The end of a process's log."""
        file = self.places.log / f"{process}.log"
        return (
            "\n".join(file.read_text(errors="replace").splitlines()[-lines:]) if file.exists() else "(no log)"
        )

    # ---- where things are

    @property
    def ports(self) -> dict[str, int]:
        ports: dict[str, int] = json.loads(self._ports_file.read_text())
        return ports

    @property
    def passwords(self) -> dict[str, str]:
        return keep_passwords(self.places.state / "passwords.json", [*PASSWORDS, *BROKER_PASSWORDS])

    @property
    def urls(self) -> Addresses:
        """Where everything is, with the servers' passwords in it."""
        ports, passwords, servers = self.ports, self.passwords, self.servers
        return Addresses(
            ports=ports,
            databases=servers.databases(ports, passwords),
            brokers=servers.brokers(ports, passwords),
            database_admin=servers.database_admin(ports, passwords),
            broker_admin=servers.broker_admin(ports, passwords),
            settings=self.settings,
        )

    @property
    def servers(self) -> Servers:
        """The servers as they were started; before that, as they were given."""
        kept = self._ready_made_file
        known = json.loads(kept.read_text()) if kept.exists() and self.running() else self._given
        return Servers(self.places, *known)

    def variables(self) -> dict[str, str]:
        """The environment for a command that reaches several services (import, parked, bench)."""
        return everything(self.urls)

    @property
    def supervision(self) -> Supervision:
        return Supervision(
            state=self.places.state,
            log=self.places.log,
            environment_file=self._environment_file,
            port=self.ports["supervisor"],
            password=self.passwords["supervisor"],
        )

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Held while starting, so that two `up` at once do not start twice."""
        make_folder(self.places.state, mode=0o711)
        with (self.places.state / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    # ---- inside

    @property
    def _ports_file(self) -> Path:
        return self.places.state / "ports.json"

    @property
    def _ready_made_file(self) -> Path:
        return self.places.state / "servers.json"

    @property
    def _environment_file(self) -> Path:
        return self.places.state / "env.json"

    def _port_names(self) -> list[str]:
        # All known addresses get a port, since processes' variables name one another.
        names = [*self.servers.ports(), "supervisor", *port_names(ALL_PROCESSES), *port_names(self.instances)]
        return list(dict.fromkeys(names))

    def _services(self) -> list[Program]:
        addresses = self.urls
        return [
            Program(
                name=instance,
                command=[sys.executable, "-m", *_COMMANDS.get(name, ["services.chassis.run", name])],
                environment=environment(name, addresses, instance),
            )
            for instance, name in self.instances.items()
        ]

    def _write_environment(self, programs: Iterable[Program]) -> None:
        entries = {
            program.name: asdict(program)
            | {"folder": str(program.folder or ROOT), "command": list(program.command)}
            for program in programs
        }
        write_private(self._environment_file, json.dumps(entries, indent=1))

    def _full(self, process: str) -> str:
        group = "servers" if process in ("postgres", "epmd", "rabbitmq") else "svet"
        return f"{group}:{process}"

    def _wait_for_the_last_to_stop(self) -> None:
        """A system told to stop a moment ago may still be finishing."""
        until = time.monotonic() + 60
        while self._ports_file.exists() and self.supervision.answers() and time.monotonic() < until:
            time.sleep(0.1)

    def _check_ready_made(self) -> None:
        if self.servers.database_url and not readiness.database_answers(self.servers.database_url):
            raise LocalError(
                "The PostgreSQL of SVET_DATABASE_URL does not let us in. Is it running, is the URL right?"
            )
        if self.servers.amqp_url and not readiness.broker_answers(self.servers.amqp_url):
            raise LocalError(
                "The RabbitMQ of SVET_AMQP_URL does not let us in. Is it running, is the URL right?"
            )

    def _not_ready(self, names: list[str], what: str) -> str:
        parts = [
            f"{name} {what}. The end of {self.places.log}/{name}.log:\n{self.tail(name)}"
            for name in names[:3]
        ]
        return "\n\n".join(parts)


def _instances(processes: Mapping[str, int] | Iterable[str]) -> dict[str, str]:
    """Instance names with their processes: gateway -> gateway, gateway-2 -> gateway."""
    counts = processes if isinstance(processes, Mapping) else dict.fromkeys(processes, 1)
    return {
        name if number == 1 else f"{name}-{number}": name
        for name, count in counts.items()
        for number in range(1, count + 1)
    }
