"""A service's worker has its settings, but a port and a number of workers of its own."""

import pytest

from services.chassis.config import settings_of


def test_a_worker_takes_its_services_settings_and_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {
        "SVET_ENV": "test",
        "SVET_READINGS_DATABASE_URL": "postgresql://x",
        "SVET_READINGS_AMQP_URL": "amqp://x",
        "SVET_READINGS_HTTP_PORT": "1",
        "SVET_READINGS_WORKERS": "7",
        "SVET_READINGS_INBOX_MAX_ATTEMPTS": "3",
        "SVET_READINGS_CLOSING_HTTP_PORT": "2",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    service, worker = settings_of("readings"), settings_of("readings-closing")
    assert (service.http_port, service.workers, service.inbox_max_attempts) == (1, 7, 3)
    assert (worker.http_port, worker.workers, worker.inbox_max_attempts) == (2, 1, 3)
    monkeypatch.setenv("SVET_READINGS_CLOSING_WORKERS", "4")
    assert settings_of("readings-closing").workers == 4
    assert type(worker) is type(service)
