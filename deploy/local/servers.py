"""The two servers under Svet: private ones made ready to start, or ready-made ones taken as they are."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

from deploy.local import postgres, rabbitmq
from deploy.local.environment import BROKER_USERS, SERVICES
from deploy.local.packages import Binaries, find_binaries
from deploy.local.places import Places, identity, make_folder, remove_orphans
from deploy.local.program import Program

# Names under which passwords and ports are kept.
_COOKIE = "erlang_cookie"
PASSWORDS = (postgres.ADMIN, _COOKIE, "supervisor", *(f"svet_{service}" for service in SERVICES))
BROKER_PASSWORDS = tuple(f"broker_{user}" for user in (*BROKER_USERS, rabbitmq.ADMIN))


@dataclass(frozen=True)
class Servers:
    """PostgreSQL and RabbitMQ of one system; a ready-made one is given by its administrator's URL."""

    places: Places
    database_url: str | None = None
    amqp_url: str | None = None

    def ports(self) -> list[str]:
        """The ports the private ones need."""
        names = [] if self.database_url else ["postgres"]
        return names if self.amqp_url else [*names, "rabbitmq", "rabbitmq_dist", "epmd"]

    def install(self) -> Binaries:
        """The private servers' programs, installed when missing."""
        return find_binaries(postgres=not self.database_url, rabbitmq=not self.amqp_url)

    def prepare(self, ports: Mapping[str, int], passwords: Mapping[str, str]) -> list[Program]:
        """Write the private servers' files; gives their programs in starting order."""
        binaries = self.install()
        remove_orphans(self.places)
        make_folder(self.places.data, mode=0o711)
        as_root = os.geteuid() == 0
        programs: list[Program] = []
        if not self.database_url:
            user = "postgres" if as_root else None
            folder, secret = self.places.postgres, passwords[postgres.ADMIN]
            postgres.prepare(folder, binaries.postgres, ports["postgres"], secret, user)
            programs.append(postgres.program(folder, binaries.postgres, user))
        if not self.amqp_url:
            user = "rabbitmq" if as_root else None
            folder, node = self.places.rabbitmq, self.node
            users = {name: passwords[f"broker_{name}"] for name in (*BROKER_USERS, rabbitmq.ADMIN)}
            rabbitmq.prepare(folder, ports["rabbitmq"], users, passwords[_COOKIE], user)
            programs += rabbitmq.programs(folder, binaries.rabbitmq, binaries.epmd, ports, node, user)
        return programs

    @property
    def node(self) -> str:
        """The broker's own name, different for every system of a machine."""
        return f"svet-{identity(self.places.state)}@localhost"

    def database_admin(self, ports: Mapping[str, int], passwords: Mapping[str, str]) -> str:
        return self.database_url or postgres.admin_url(ports["postgres"], passwords[postgres.ADMIN])

    def databases(self, ports: Mapping[str, int], passwords: Mapping[str, str]) -> dict[str, str]:
        """Each service's own database URL."""
        server = urlsplit(self.database_admin(ports, passwords))
        return {
            service: _as_role(server, f"svet_{service}", passwords[f"svet_{service}"]) for service in SERVICES
        }

    def broker_admin(self, ports: Mapping[str, int], passwords: Mapping[str, str]) -> str:
        return self.amqp_url or rabbitmq.url(
            ports["rabbitmq"], rabbitmq.ADMIN, passwords[f"broker_{rabbitmq.ADMIN}"]
        )

    def brokers(self, ports: Mapping[str, int], passwords: Mapping[str, str]) -> dict[str, str]:
        """Each process's own broker URL; a ready-made broker is used by all under its one user."""
        if self.amqp_url:
            return dict.fromkeys(BROKER_USERS, self.amqp_url)
        return {
            user: rabbitmq.url(ports["rabbitmq"], user, passwords[f"broker_{user}"]) for user in BROKER_USERS
        }


def _as_role(server: SplitResult, role: str, password: str) -> str:
    """The server's URL for another role and its database of the same name."""
    address = server.netloc.rpartition("@")[2]
    return server._replace(netloc=f"{role}:{quote(password, safe='')}@{address}", path=f"/{role}").geturl()
