"""A private RabbitMQ: its users and their permissions, its settings and how it is started."""

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from deploy.local.places import make_folder, write_private
from deploy.local.program import Program

VHOST = "svet"
ADMIN = "admin"

_SETTINGS = """\
listeners.tcp.default = 127.0.0.1:{port}
load_definitions = {definitions}
log.console = true
log.console.level = warning
log.file = false
loopback_users.guest = true
"""


def definitions(users: Mapping[str, str]) -> dict[str, object]:
    """Users, the virtual host and the permissions, as RabbitMQ imports them at start (user: password)."""
    return {
        "vhosts": [{"name": VHOST}],
        "users": [
            {
                "name": name,
                "password_hash": password_hash(password),
                "hashing_algorithm": "rabbit_password_hashing_sha256",
                "tags": ["administrator"] if name == ADMIN else [],
            }
            for name, password in users.items()
        ],
        "permissions": [permissions(name) | {"user": name, "vhost": VHOST} for name in users],
    }


def permissions(user: str) -> dict[str, str]:
    """What a broker user may touch.

    A service writes to its own events, the RPC exchange and its own queues (binding writes to the queue);
    it may declare every event exchange: whoever binds declares first, and an equal one changes nothing.
    """
    if user == ADMIN:
        return {"configure": ".*", "write": ".*", "read": ".*"}
    own = rf"rpc-{user}(-.*)?|rpc\.reply-{user}-.*|events-{user}(-.*)?"
    return {
        "configure": rf"^({own}|nameko-rpc|[a-z]+\.events)$",
        "write": rf"^({own}|nameko-rpc|{user}\.events)$",
        "read": rf"^({own}|nameko-rpc|[a-z]+\.events)$",
    }


def password_hash(password: str, salt: bytes | None = None) -> str:
    """RabbitMQ's salted SHA-256: base64(salt + sha256(salt + password)), the salt of four bytes."""
    salt = secrets.token_bytes(4) if salt is None else salt
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def prepare(data: Path, port: int, users: Mapping[str, str], cookie: str, user: str | None) -> None:
    """Write everything the node reads."""
    for folder in (data, data / "home", data / "mnesia", data / "log"):
        make_folder(folder, user)
    _write_cookie(data / "home" / ".erlang.cookie", cookie, user)
    write_private(data / "definitions.json", json.dumps(definitions(users), indent=1), user)
    settings = _SETTINGS.format(port=port, definitions=data / "definitions.json")
    write_private(data / "rabbitmq.conf", settings, user)
    write_private(data / "enabled_plugins", "[].\n", user)


def environment(
    data: Path, binaries: Path, epmd: Path, ports: Mapping[str, int], node: str
) -> dict[str, str]:
    """The variables of the node and of rabbitmqctl beside it.

    RUNNING_UNDER_SYSTEMD makes the start script replace itself with the Erlang machine: the supervised pid is
    then the server itself, and killing it leaves nothing behind.
    """
    return {
        "PATH": os.pathsep.join([str(binaries), str(epmd.parent), os.defpath]),
        "HOME": str(data / "home"),
        "LC_ALL": "C.UTF-8",
        "RUNNING_UNDER_SYSTEMD": "true",
        # Only the supervised epmd: one started by the node would outlive it.
        "ERL_FLAGS": "-start_epmd false",
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": str(ports["epmd"]),
        "RABBITMQ_NODENAME": node,
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(ports["rabbitmq"]),
        "RABBITMQ_DIST_PORT": str(ports["rabbitmq_dist"]),
        "RABBITMQ_MNESIA_BASE": str(data / "mnesia"),
        "RABBITMQ_LOG_BASE": str(data / "log"),
        "RABBITMQ_CONFIG_FILE": str(data / "rabbitmq.conf"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(data / "advanced.config"),
        "RABBITMQ_CONF_ENV_FILE": str(data / "rabbitmq-env.conf"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(data / "enabled_plugins"),
        "RABBITMQ_GENERATED_CONFIG_DIR": str(data / "generated"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
    }


def programs(
    data: Path, binaries: Path, epmd: Path, ports: Mapping[str, int], node: str, user: str | None
) -> list[Program]:
    """How the supervisor runs the node and the port mapper it registers with."""
    variables = environment(data, binaries, epmd, ports, node)
    return [
        Program(name="epmd", command=[str(epmd)], environment=variables, folder=data, user=user),
        Program(
            name="rabbitmq",
            command=[str(binaries / "rabbitmq-server")],
            environment=variables,
            folder=data,
            user=user,
        ),
    ]


def url(port: int, user: str, password: str) -> str:
    return f"amqp://{user}:{password}@127.0.0.1:{port}/{VHOST}"


def _write_cookie(file: Path, cookie: str, user: str | None) -> None:
    write_private(file, cookie, user)
    file.chmod(0o400)
