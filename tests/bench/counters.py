"""SQL statements and AMQP messages that the system's own counters tell, by operation."""

import time
from collections import Counter
from collections.abc import Iterable

import httpx
from prometheus_client.parser import text_string_to_metric_families

from deploy.local.environment import HOST
from deploy.local.system import LocalSystem

_CHASSIS_LOOPS = {"relay", "retries", "gauges", "housekeeping", "background"}
_BY_THE_CLOCK = {
    "poll",
    "measure",
    "purge",
    "ask",
    "tell_progress",
    "answer_letters",
    "erase_again",
    "forget_again",
    "count_deletions",
    "send_letters",
    "count_letters",
}  # the services' `@every`
BACKGROUND = frozenset(_CHASSIS_LOOPS | _BY_THE_CLOCK)
"""Labels of work that goes on whether anybody asks or not; it belongs to no operation."""

_STATEMENTS, _MESSAGES = "svet_db_statements_total", "svet_bus_messages_total"
_QUIET_SECONDS, _DEADLINE_SECONDS = 1.0, 30.0
Counts = Counter[str]


class Counters:
    """The counters of all processes of a running system."""

    def __init__(self, system: LocalSystem) -> None:
        self._pages = [
            f"http://{HOST}:{system.ports[instance]}/metrics"
            for instance, name in system.instances.items()
            if name != "sandbox"
        ]
        self._http = httpx.Client(timeout=10, trust_env=False)
        self._at_rest: Counts | None = None

    def now(self) -> Counts:
        """Counts so far: `sql OPERATION`, `request OPERATION`, `reply OPERATION`, `event NAME`."""
        counts: Counts = Counter()
        for page in self._pages:
            for kind, operation, value in _samples(self._http.get(page).raise_for_status().text):
                if operation not in BACKGROUND:
                    counts[f"{kind} {operation}"] += int(value)
        return counts

    def quiet(self) -> Counts:
        """Counts once they have stood still for a while: nothing is on its way any more.

        At once when nothing has been done since the last time.
        """
        until, seen, since = time.monotonic() + _DEADLINE_SECONDS, self.now(), time.monotonic()
        while seen != self._at_rest:
            if time.monotonic() > until:
                raise TimeoutError("the system does not come to rest: somebody else is using it")
            time.sleep(0.1)
            if (now := self.now()) != seen:
                seen, since = now, time.monotonic()
            elif time.monotonic() - since >= _QUIET_SECONDS:
                self._at_rest = seen
        return seen


def _samples(page: str) -> Iterable[tuple[str, str, float]]:
    # Reading a whole page takes longer than everything else here.
    told = "\n".join(line for line in page.splitlines() if line.startswith((_STATEMENTS, _MESSAGES)))
    for family in text_string_to_metric_families(f"{told}\n"):
        for sample in family.samples:
            if sample.name == _STATEMENTS:
                yield "sql", sample.labels["operation"], sample.value
            elif sample.name == _MESSAGES:
                yield sample.labels["kind"], sample.labels["operation"].removeprefix("event:"), sample.value
