"""Every query of readings, by topic."""
