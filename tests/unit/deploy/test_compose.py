"""docker-compose.yml keeps its promises: secrets, health, ports, and a Prometheus that sees everybody."""

import re
from importlib import import_module
from typing import Any

import pytest
import yaml

from deploy.docker import broker, secrets
from deploy.local.places import ROOT
from services.auth.settings import Settings as AuthSettings
from services.common.settings import SHARED_SETTINGS, CommonSettings, WorkerSettings, service_of
from services.notify.settings import Settings as NotifySettings

TEXT = (ROOT / "docker-compose.yml").read_text()
CONTAINERS: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
LASTING = sorted(name for name, container in CONTAINERS.items() if container["restart"] != "no")
ONE_SHOT = sorted(set(CONTAINERS) - set(LASTING))
OURS = sorted(name for name, container in CONTAINERS.items() if container["image"] == "svet:local")


def prefix(name: str) -> str:
    """Of the variables of a process: `SVET_READINGS_CLOSING_`."""
    return f"SVET_{name.upper().replace('-', '_')}_"


def variables_of(kind: type[CommonSettings], own: str) -> set[str]:
    """The variables that fill the settings."""
    fields = kind.model_fields.items()
    return {str(field.validation_alias or own + name.upper()) for name, field in fields}


def secret_names() -> set[str]:
    return set(secrets.make())


def test_compose_refuses_to_start_without_each_secret() -> None:
    assert set(re.findall(r"\$\{(\w+):\?", TEXT)) == secret_names()


def test_only_what_is_no_secret_has_a_default() -> None:
    defaults = set(re.findall(r"\$\{(\w+):-", TEXT))
    assert all(name.endswith(("_PORT", "_TRUSTED_PROXIES", "_RP_ID", "_ORIGINS")) for name in defaults)


def test_the_example_names_every_secret_and_gives_none() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    named = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert named == dict.fromkeys(secret_names(), "")


def test_secrets_are_new_each_time() -> None:
    once, again = secrets.make(), secrets.make()
    assert {name for name in once if once[name] == again[name]} == set()


def test_secrets_are_such_as_the_services_take(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in secrets.make().items():
        monkeypatch.setenv(name, value)
    for name in ("DATABASE_URL", "AMQP_URL", "PUBLIC_URL"):
        monkeypatch.setenv(f"SVET_AUTH_{name}", "x")
        monkeypatch.setenv(f"SVET_NOTIFY_{name}", "x")
    monkeypatch.setenv("SVET_NOTIFY_SMTP_HOST", "x")
    monkeypatch.setenv("SVET_NOTIFY_SMTP_PORT", "25")
    monkeypatch.setenv("SVET_ENV", "production")
    kinds: list[type[CommonSettings]] = [AuthSettings, NotifySettings]
    assert [kind().env for kind in kinds] == ["production"] * 2


@pytest.mark.parametrize("name", sorted(set(OURS) - {"setup", "broker-users"}))
def test_a_container_knows_only_its_own_variables(name: str) -> None:
    own = set(CONTAINERS[name]["environment"]) - {"SVET_ENV", *SHARED_SETTINGS}
    assert {variable for variable in own if not variable.startswith(prefix(service_of(name)))} == set()


@pytest.mark.parametrize("name", sorted(set(OURS) - {"setup", "broker-users"}))
def test_every_variable_is_one_that_the_process_reads(name: str) -> None:
    modules = {"gateway": "gateway.settings", "sandbox": "deploy.sandbox.settings"}
    service = service_of(name)
    module = import_module(modules.get(service, f"services.{service}.settings"))
    kind = module.SandboxSettings if name == "sandbox" else module.Settings
    known = variables_of(kind, prefix(service))
    if service != name:
        known |= {prefix(name) + field.upper() for field in WorkerSettings.model_fields}
    assert set(CONTAINERS[name]["environment"]) <= known
    told = set(SHARED_SETTINGS) & known - set(CONTAINERS[name]["environment"])
    assert told == set(), "it would go by its default while another process goes by what is set"


@pytest.mark.parametrize("name", LASTING)
def test_a_lasting_container_is_watched_restarted_and_given_time_to_stop(name: str) -> None:
    container = CONTAINERS[name]
    assert container["restart"] == "unless-stopped"
    assert container["healthcheck"]["test"]
    assert int(container["stop_grace_period"].removesuffix("s")) > 20


def test_only_the_preparations_end() -> None:
    assert ONE_SHOT == ["broker-users", "setup"]


def test_ports_are_published_on_this_machine_only() -> None:
    published = {name: container["ports"] for name, container in CONTAINERS.items() if "ports" in container}
    assert sorted(published) == ["gateway", "grafana", "prometheus", "sandbox"]
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)


def test_our_containers_have_no_more_rights_than_they_need() -> None:
    for name in OURS:
        assert CONTAINERS[name]["read_only"]
        assert CONTAINERS[name]["cap_drop"] == ["ALL"]


def test_prometheus_asks_every_lasting_container_that_tells() -> None:
    configuration = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())
    targets = {
        job["job_name"]: job["static_configs"][0]["targets"] for job in configuration["scrape_configs"]
    }
    assert sorted(targets) == sorted(set(LASTING) - {"postgres", "grafana"})
    assert all(len(addresses) == 1 for addresses in targets.values())
    for name in set(OURS) - set(ONE_SHOT):
        host, _, port = targets[name][0].partition(":")
        assert host == name
        assert port in CONTAINERS[name]["healthcheck"]["test"]


def test_the_broker_gets_hashed_passwords_for_every_user(tmp_path: Any) -> None:
    passwords = {f"SVET_{user.upper()}_AMQP_PASSWORD": f"password-of-{user}" for user in broker.BROKER_USERS}
    broker.write(tmp_path / "definitions.json", passwords)
    written = (tmp_path / "definitions.json").read_text()
    assert "password-of" not in written
    assert all(f'"{user}"' in written for user in broker.BROKER_USERS)
    with pytest.raises(SystemExit, match="SVET_AUTH_AMQP_PASSWORD"):
        broker.write(tmp_path / "definitions.json", {})
