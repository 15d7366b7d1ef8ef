"""Words everyone shares: account numbers, money, periods, the clock, Russian formats, settings, logs, metrics."""
