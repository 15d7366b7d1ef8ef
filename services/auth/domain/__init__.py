"""Rules of auth: pure."""
