"""Auth's own metrics."""

from prometheus_client import Counter, Gauge

SIGN_IN_FAILURES = Counter("svet_sign_in_failures_total", "Sign-ins refused for a wrong account or password")
LOCKS = Counter("svet_locks_total", "Accounts locked for a while after wrong passwords")
DELETIONS = Gauge("svet_auth_deletions_open", "Deleted profiles that some service has not erased yet")
OLDEST_DELETION = Gauge("svet_auth_deletions_oldest_seconds", "Age of the oldest of them")
