"""Auth's settings as a test has them: cheap hashes."""

import pytest
from pydantic import SecretStr

from services.auth.settings import Settings


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("SVET_ENV", "test")
    return Settings(
        database_url=SecretStr("postgresql://nowhere"),
        amqp_url=SecretStr("amqp://nowhere"),
        public_url="http://svet.test",
        argon2_time=1,
        argon2_memory_kib=64,
    )
