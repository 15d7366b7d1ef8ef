"""Auth's own metrics."""

from prometheus_client import Counter

SIGN_IN_FAILURES = Counter("svet_sign_in_failures_total", "Sign-ins refused for a wrong account or password")
LOCKS = Counter("svet_locks_total", "Accounts locked for a while after wrong passwords")
