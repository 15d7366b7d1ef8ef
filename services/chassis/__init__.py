"""How a service runs: the only place that knows nameko, kombu and eventlet."""
