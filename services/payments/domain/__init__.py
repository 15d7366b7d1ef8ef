"""Rules of payments: pure functions, no I/O."""
