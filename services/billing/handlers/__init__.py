"""Use cases of billing by topic: plain functions of a session, a request and the time."""
