"""Words everyone shares: account numbers, money, periods, clock, Russian formats, settings, logs."""
