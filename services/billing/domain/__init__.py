"""Rules of billing: pure functions, no I/O."""
