"""Use cases of auth, by topic: plain functions of a session, a request and the time."""
