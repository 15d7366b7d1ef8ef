"""Every query of auth, by topic."""
