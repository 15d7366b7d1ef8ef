"""What SREs see of payments."""

from prometheus_client import Counter, Gauge, Histogram

from services.payments.domain.machine import State

PAYMENTS = Gauge("svet_payments", "Payments that are open or quarantined", ["state"])
OLDEST_UNKNOWN = Gauge(
    "svet_payments_oldest_unknown_seconds", "Age of the oldest payment with an unknown outcome; 0 without one"
)
MOVES = Counter("svet_payments_moves_total", "Payments that entered a state", ["state"])
CONTRADICTIONS = Counter(
    "svet_payments_contradictions_total", "Answers of the acquirer that cannot follow from its earlier ones"
)
MISMATCHES = Counter("svet_payments_mismatches_total", "Orders whose number, amount or currency are not ours")
ACQUIRER_SECONDS = Histogram(
    "svet_acquirer_seconds",
    "Time of a call to the acquirer",
    ["call", "outcome"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
CALLBACKS = Counter("svet_payments_callbacks_total", "Callbacks of the acquirer", ["outcome"])
# There from the start, so that the first of each is seen as an increase.
for _state in State:
    MOVES.labels(_state)
for _outcome in ("settled", "unanswered", "unknown_order", "refused"):
    CALLBACKS.labels(_outcome)
