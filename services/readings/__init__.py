"""Readings: meters, submitted readings, what came of each, and the history."""
