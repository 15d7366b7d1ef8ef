"""What a service says of its database."""

import eventlet
import pytest

from services.chassis import observe


def test_a_database_that_never_answers_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observe, "_ANSWER_SECONDS", 0.01)
    observability = observe.Observability()
    observability._database_seen = True
    monkeypatch.setattr(observability, "_query", lambda: eventlet.sleep(60))
    measuring = eventlet.spawn(observability._measure)
    with eventlet.Timeout(5):
        while observability._database_seen:
            eventlet.sleep(0)
    measuring.kill()
