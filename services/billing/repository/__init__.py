"""Every query of billing, by topic."""
