"""The environment of every process: addresses, accounts on the servers, and no more than it needs."""

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.common.settings import SHARED_SETTINGS, service_of

SERVICES = ("auth", "billing", "readings", "payments", "notify")
WORKERS = ("billing-closing", "billing-documents", "readings-closing")
"""Further processes of a service, with its database, broker user and settings."""
BROKER_USERS = (*SERVICES, "gateway")
HOST = "127.0.0.1"

# What a process takes from the shell it was started in.
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE")


@dataclass(frozen=True)
class Addresses:
    """Where everything is: ports by process, database and broker URLs by service."""

    ports: Mapping[str, int]
    databases: Mapping[str, str]
    brokers: Mapping[str, str]
    database_admin: str = ""
    broker_admin: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def gateway(self) -> str:
        return f"http://{HOST}:{self.ports['gateway']}"

    @property
    def portal(self) -> str:
        """The gateway as people open it: by name, since browsers know no passkeys of an address."""
        return f"http://localhost:{self.ports['gateway']}"

    @property
    def acquirer(self) -> str:
        return f"http://{HOST}:{self.ports['sandbox_acquirer']}"

    @property
    def mailbox(self) -> str:
        return f"http://{HOST}:{self.ports['sandbox_mailbox']}"


def environment(name: str, addresses: Addresses, instance: str | None = None) -> dict[str, str]:
    """Every variable of process `name`; `instance` (gateway-2) tells its ports from its twin's.

    `addresses.settings` are a caller's own: those with the process's prefix, those without any and those that
    several processes tell reach it.
    """
    variables = inherited() | _shared()
    if name in SERVICES:
        variables |= _service(name, addresses, addresses.ports[instance or name])
    if name in WORKERS:
        variables |= _worker(name, addresses, addresses.ports[instance or name])
    if name == "gateway":
        variables |= _gateway(addresses, addresses.ports[instance or name])
    if name == "sandbox":
        variables |= _sandbox(addresses)
    return variables | _own(name, addresses.settings)


def everything(addresses: Addresses) -> dict[str, str]:
    """The variables of all processes at once, for commands that reach several of them (import, parked)."""
    variables: dict[str, str] = {}
    for name in (*SERVICES, "gateway", "sandbox"):
        variables |= environment(name, addresses)
    return variables | dict(addresses.settings)


def inherited() -> dict[str, str]:
    """The few variables every process takes from ours."""
    return {name: os.environ[name] for name in _INHERITED if name in os.environ}


def port_names(processes: Iterable[str]) -> list[str]:
    """The ports these processes (or instances) listen on."""
    names = []
    for process in processes:
        if process == "sandbox":
            names += ["sandbox_acquirer", "sandbox_mailbox", "sandbox_smtp"]
        else:
            names.append(process)
    return names


def _shared() -> dict[str, str]:
    return {"SVET_ENV": "development", "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}


def _service(name: str, addresses: Addresses, port: int) -> dict[str, str]:
    prefix = f"SVET_{name.upper()}_"
    common = {
        f"{prefix}DATABASE_URL": addresses.databases[name],
        f"{prefix}AMQP_URL": addresses.brokers[name],
        f"{prefix}HTTP_HOST": HOST,
        f"{prefix}HTTP_PORT": str(port),
    }
    ports = addresses.ports
    match name:
        case "auth":
            return common | {
                "SVET_AUTH_PUBLIC_URL": addresses.portal,
                # WebAuthn knows no addresses, only names: biometrics work at http://localhost.
                "SVET_AUTH_RP_ID": "localhost",
                "SVET_AUTH_ORIGINS": json.dumps(_gateways_by_name(ports)),
            }
        case "payments":
            return common | {
                "SVET_PAYMENTS_ACQUIRER_URL": f"{addresses.acquirer}/payment/rest/",
                "SVET_PAYMENTS_CALLBACK_URL": f"{addresses.gateway}/api/v1/acquirer/callback",
                # To where the customer's session is: cookies of a name and of an address are not the same.
                "SVET_PAYMENTS_RETURN_URL": f"{addresses.portal}/pay/return",
            }
        case "notify":
            return common | {
                "SVET_NOTIFY_SMTP_HOST": HOST,
                "SVET_NOTIFY_SMTP_PORT": str(ports["sandbox_smtp"]),
            }
        case _:
            return common


def _worker(name: str, addresses: Addresses, port: int) -> dict[str, str]:
    service = service_of(name)
    variables = _service(service, addresses, addresses.ports[service])
    return variables | {f"SVET_{name.replace('-', '_').upper()}_HTTP_PORT": str(port)}


def _gateways_by_name(ports: Mapping[str, int]) -> list[str]:
    """The origins of all gateways as a browser on this machine may name them."""
    found = [port for name, port in ports.items() if name == "gateway" or name.startswith("gateway-")]
    return [f"http://localhost:{port}" for port in found]


def _gateway(addresses: Addresses, port: int) -> dict[str, str]:
    return {
        "SVET_GATEWAY_AMQP_URL": addresses.brokers["gateway"],
        "SVET_GATEWAY_HOST": HOST,
        "SVET_GATEWAY_PORT": str(port),
        # Plain HTTP on loopback: clients would not send Secure cookies back.
        "SVET_GATEWAY_COOKIE_SECURE": "false",
    }


def _sandbox(addresses: Addresses) -> dict[str, str]:
    return {
        "SVET_SANDBOX_HOST": HOST,
        "SVET_SANDBOX_ACQUIRER_PORT": str(addresses.ports["sandbox_acquirer"]),
        "SVET_SANDBOX_MAILBOX_PORT": str(addresses.ports["sandbox_mailbox"]),
        "SVET_SANDBOX_SMTP_PORT": str(addresses.ports["sandbox_smtp"]),
        "SVET_SANDBOX_ACQUIRER_PUBLIC_URL": addresses.acquirer,
        "SVET_SANDBOX_CALLBACK_URL": f"{addresses.gateway}/api/v1/acquirer/callback",
    }


def _own(name: str, settings: Mapping[str, str]) -> dict[str, str]:
    """The caller's settings meant for this process."""
    strangers = {*SERVICES, "gateway", "sandbox"} - {service_of(name)}
    others = tuple(f"SVET_{other.upper()}_" for other in strangers)
    return {
        key: value for key, value in settings.items() if key in SHARED_SETTINGS or not key.startswith(others)
    }
