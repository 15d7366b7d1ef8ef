"""Notify's metrics."""

from typing import get_args

from prometheus_client import Counter, Gauge

from services.notify.domain.letters import Outcome

LETTERS = Gauge("svet_letters", "Letters that are not sent, by state; sent ones are deliveries", ["state"])
OLDEST = Gauge("svet_letters_oldest_seconds", "Age of the oldest letter that waits to be sent")
DELIVERIES = Counter("svet_letter_deliveries_total", "Attempts to send a letter", ["outcome"])
for _outcome in get_args(Outcome):
    DELIVERIES.labels(_outcome)
