"""Measurements: `./svet bench`, and the counts that a test holds."""
