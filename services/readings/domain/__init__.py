"""Rules of readings: pure functions, no I/O."""
