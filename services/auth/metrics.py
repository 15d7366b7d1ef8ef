"""Auth's own metrics."""

from prometheus_client import Counter, Gauge, Histogram

SIGN_IN_FAILURES = Counter("svet_sign_in_failures_total", "Sign-ins refused for a wrong account or password")
LOCKS = Counter("svet_locks_total", "Accounts locked for a while after wrong passwords")
REPLAYS = Counter("svet_refresh_replays_total", "Sessions ended because a used refresh token came again")
HASHING = Histogram(
    "svet_password_hash_seconds",
    "Argon2 of one password or PIN, with the wait for a free core",
    buckets=(0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
STAFF_SIGN_IN_FAILURES = Counter(
    "svet_staff_sign_in_failures_total", "Sign-ins of staff refused, by the wrong factor", ["factor"]
)
for _factor in ("password", "factor"):  # there from the start, so that the first one is seen as an increase
    STAFF_SIGN_IN_FAILURES.labels(_factor)
DELETIONS = Gauge("svet_auth_deletions_open", "Deleted profiles that some service has not erased yet")
OLDEST_DELETION = Gauge("svet_auth_deletions_oldest_seconds", "Age of the oldest of them")
PIN_FAILURES = Counter("svet_pin_failures_total", "Wrong PINs of devices that had proved their key")
PIN_BLOCKS = Counter("svet_pin_blocks_total", "PINs taken off after the last try")
COPIED_KEYS = Counter(
    "svet_webauthn_counters_back_total", "Authenticators dropped because their signature counter did not grow"
)
