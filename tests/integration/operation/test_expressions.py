"""What SREs look at is there: each expression of the alert rules and of the dashboard gives something."""

import re
import subprocess

import pytest

from deploy.demo.visitor import eventually
from deploy.local.places import ROOT
from tests.support.prometheus import (
    CONFIGURATION,
    Prometheus,
    expressions_of_dashboards,
    expressions_of_rules,
    program,
    without_threshold,
)

ALL = expressions_of_rules() | expressions_of_dashboards()
METRIC = re.compile(r"\b(?:svet|process|rabbitmq)_\w+|\bup\b")
SELECTOR = re.compile(r"(\w+)\{([^}]*)\}")
LABEL = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")
SERIES_OF_A_HISTOGRAM = re.compile(r"_(?:bucket|count|sum)$")


@pytest.mark.parametrize("name", ALL)
def test_an_expression_gives_something(name: str, prometheus: Prometheus) -> None:
    eventually(lambda: prometheus.values(ALL[name]), f"{ALL[name]} gives a number", timeout=10)


@pytest.mark.parametrize("name", ALL)
def test_an_expression_names_only_what_is_told(name: str, prometheus: Prometheus) -> None:
    """`or vector(0)` would hide a misspelt name or label."""
    known = prometheus.known_metrics() | {"up"}
    metrics = METRIC.findall(ALL[name])
    assert metrics, "no metric is recognised in it"
    assert [m for m in metrics if m not in known and SERIES_OF_A_HISTOGRAM.sub("", m) not in known] == []
    for metric, matchers in SELECTOR.findall(ALL[name]):
        for label in LABEL.findall(matchers):
            assert prometheus.values(f'{metric}{{{label}!=""}}'), f"{metric} has no label {label}"


def test_prometheus_evaluates_every_rule(prometheus: Prometheus) -> None:
    groups = prometheus.http.get("/rules").json()["data"]["groups"]
    health = {rule["name"]: rule["health"] for group in groups for rule in group["rules"]}
    assert health == dict.fromkeys(expressions_of_rules(), "ok")


@pytest.mark.parametrize(("what", "file"), [("config", "prometheus.yml"), ("rules", "rules.yml")])
def test_promtool_finds_no_fault(what: str, file: str) -> None:
    done = subprocess.run(
        [program("promtool"), "check", what, str(CONFIGURATION / file)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_is_explained() -> None:
    headings = set(re.findall(r"^## (\w+)$", (ROOT / "docs/alerts.md").read_text(), re.MULTILINE))
    assert headings == set(expressions_of_rules())


@pytest.mark.parametrize("expression", ["up", "(up > 0) or vector(0)", "sum(up == 0"])
def test_an_alert_of_another_form_is_refused(expression: str) -> None:
    with pytest.raises(AssertionError):
        without_threshold(expression)
