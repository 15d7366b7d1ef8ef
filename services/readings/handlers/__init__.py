"""Use cases of readings: plain functions of a session, a request, the settings and the time."""
