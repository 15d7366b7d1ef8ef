"""A Prometheus of the test's own, with the deployment's configuration on the test system's processes."""

import json
import math
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import yaml

from deploy.demo.visitor import eventually
from deploy.local import rabbitmq
from deploy.local.places import ROOT, write_private
from deploy.local.ports import choose_ports
from deploy.local.system import LocalSystem

CONFIGURATION = ROOT / "deploy/prometheus"


def program(name: str) -> str:
    """Debian's `prometheus` or `promtool`; `./svet test` installs them."""
    folder = os.environ.get("SVET_PROMETHEUS", os.defpath)
    found = shutil.which(name, path=folder)
    assert found, f"{name} is not installed: run the tests with ./svet test"
    return found


class Prometheus:
    """Asks a running Prometheus."""

    def __init__(self, port: int) -> None:
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=10, trust_env=False)

    def values(self, expression: str) -> list[float]:
        """The numbers an expression gives now, those that are none (0/0) left out."""
        answer = self.http.get("/query", params={"query": expression}).json()
        assert answer["status"] == "success", f"{expression}: {answer.get('error')}"
        result = answer["data"]["result"]
        found = [float(line["value"][1]) for line in result]
        return [value for value in found if not math.isnan(value)]

    def targets(self) -> dict[str, str]:
        """Every target's health by its job and address."""
        answer = self.http.get("/targets", params={"state": "active"}).raise_for_status()
        active = answer.json()["data"]["activeTargets"]
        return {f"{t['labels']['job']} {t['labels']['instance']}": t["health"] for t in active}

    def known_metrics(self) -> set[str]:
        """Every metric that some target declares, with or without a sample."""
        answer = self.http.get("/targets/metadata").json()["data"]
        return {line["metric"] for line in answer}

    def wait_scraped(self) -> None:
        """Wait until every target has been asked twice more: what was counted before is seen by then."""
        counted = "min(count_over_time(up[1h]))"
        before = self.values(counted)[0]
        eventually(lambda: self.values(counted)[0] >= before + 2, "every target is asked again", 30)


@contextmanager
def running_prometheus(system: LocalSystem, folder: Path) -> Iterator[Prometheus]:
    """Prometheus on the processes of `system`, its broker included."""
    ports = choose_ports(folder / "ports.json", ["prometheus", "broker_metrics"])
    instances = {
        job: [name for name, process in system.instances.items() if process == job] for job in _jobs()
    }
    targets = {job: [_port(system, name) for name in names] for job, names in instances.items()}
    targets |= {"rabbitmq": [ports["broker_metrics"]], "prometheus": [ports["prometheus"]]}
    (folder / "prometheus.yml").write_text(yaml.safe_dump(_configuration(targets)))
    command = [
        program("prometheus"),
        f"--config.file={folder}/prometheus.yml",
        f"--storage.tsdb.path={folder}/data",
        f"--web.listen-address=127.0.0.1:{ports['prometheus']}",
    ]
    with (
        broker_metrics(system, ports["broker_metrics"]),
        (folder / "log").open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=log) as process,
    ):
        try:
            prometheus = Prometheus(ports["prometheus"])
            eventually(lambda: _all_up(prometheus), f"every target is up; see {folder}/log", 60)
            yield prometheus
        finally:
            process.terminate()


@contextmanager
def broker_metrics(system: LocalSystem, port: int) -> Iterator[None]:
    """The private broker tells its metrics on `port` from now on, until it is started again."""
    binaries, folder = system.servers.install(), system.places.rabbitmq
    environment = rabbitmq.environment(
        folder, binaries.rabbitmq, binaries.epmd, system.ports, system.servers.node
    )
    plugins = folder / "enabled_plugins"
    before, owner = plugins.read_text(), plugins.owner()
    place = f'[{{ip, "127.0.0.1"}}, {{port, {port}}}]'
    # With what `rabbitmq-plugins enable` does, in the same start of Erlang.
    words = (
        f"application:set_env(rabbitmq_prometheus, tcp_config, {place}, [{{persistent, true}}]), "
        f'{{ok, _, _}} = rabbit_plugins:ensure("{plugins}").'
    )
    command = [str(binaries.rabbitmq / "rabbitmqctl"), "eval", words]
    write_private(plugins, "[rabbitmq_prometheus].\n", owner)
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        yield
    finally:
        # Its next start, which does not know the port, is without.
        write_private(plugins, before, owner)


def expressions_of_rules() -> dict[str, str]:
    """Every alert's expression, without the comparison that makes it silent while all is well."""
    rules = yaml.safe_load((CONFIGURATION / "rules.yml").read_text())
    alerts = {rule["alert"]: rule["expr"] for group in rules["groups"] for rule in group["rules"]}
    return {name: without_threshold(expression) for name, expression in alerts.items()}


def without_threshold(expression: str) -> str:
    """The left side of `expression comparison number`, the one form that alerts have."""
    found = re.fullmatch(r"(?s)(.+?)\s*(?:==|!=|<=|>=|<|>)\s*[\d.]+", expression.strip())
    assert found, f"not of the form `expression comparison number`: {expression}"
    assert found[1].count("(") == found[1].count(")"), f"the comparison is inside brackets: {expression}"
    return found[1]


def expressions_of_dashboards() -> dict[str, str]:
    """Every query of the dashboards by its panel; Grafana's interval is a minute here."""
    found = {}
    for file in sorted((ROOT / "deploy/grafana/dashboards").glob("*.json")):
        for panel in json.loads(file.read_text())["panels"]:
            for target in panel.get("targets", []):
                expression = target["expr"].replace("$__rate_interval", "1m")
                found[f"{panel['title']} ({target['refId']})"] = expression
    return found


def _jobs() -> list[str]:
    configuration = yaml.safe_load((CONFIGURATION / "prometheus.yml").read_text())
    return [job["job_name"] for job in configuration["scrape_configs"]]


def _configuration(targets: dict[str, list[int]]) -> dict[str, Any]:
    """The deployment's, with other targets and without waiting."""
    configuration: dict[str, Any] = yaml.safe_load((CONFIGURATION / "prometheus.yml").read_text())
    configuration["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    configuration["rule_files"] = [str(CONFIGURATION / name) for name in configuration["rule_files"]]
    for job in configuration["scrape_configs"]:
        addresses = [f"127.0.0.1:{port}" for port in targets[job["job_name"]]]
        job["static_configs"] = [{"targets": addresses}]
    return configuration


def _port(system: LocalSystem, instance: str) -> int:
    return system.ports["sandbox_mailbox" if instance == "sandbox" else instance]


def _all_up(prometheus: Prometheus) -> bool:
    try:
        targets = prometheus.targets()
    except httpx.HTTPError:
        return False
    return bool(targets) and set(targets.values()) == {"up"}
