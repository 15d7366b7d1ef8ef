"""Use cases of payments, by topic: plain functions of a desk, a request and the time."""
