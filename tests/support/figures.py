"""A figure that a running process tells on its metrics page."""

import httpx
from prometheus_client.parser import text_string_to_metric_families

from deploy.local.environment import HOST
from deploy.local.system import LocalSystem


def figure(system: LocalSystem, process: str, name: str, **labels: str) -> float:
    """The sum of the samples of this name that have these labels; 0 for none."""
    page = httpx.get(f"http://{HOST}:{system.ports[process]}/metrics", timeout=10, trust_env=False)
    samples = [
        sample
        for family in text_string_to_metric_families(page.raise_for_status().text)
        for sample in family.samples
    ]
    return sum(
        sample.value for sample in samples if sample.name == name and labels.items() <= sample.labels.items()
    )


def work_of(system: LocalSystem, operation: str) -> tuple[int, int]:
    """What auth has done so far: statements of an operation, and passwords hashed by any."""
    statements = figure(system, "auth", "svet_db_statements_total", operation=f"auth.{operation}")
    return int(statements), int(figure(system, "auth", "svet_password_hash_seconds_count"))
