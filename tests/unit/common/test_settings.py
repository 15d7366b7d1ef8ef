"""Settings refuse what must not run in production; logs keep what people typed to themselves."""

import json
import logging
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy.exc import IntegrityError

from services.common.logs import JsonLines
from services.common.settings import CommonSettings, load, secret


class Some(CommonSettings):
    model_config = {"env_prefix": "SVET_SOME_", "extra": "ignore"}

    password: SecretStr = secret("development-password")


def test_a_default_secret_is_refused_in_production_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SVET_ENV", "production")
    with pytest.raises(ValidationError, match="SVET_SOME_PASSWORD"):
        load(Some)


def test_production_is_what_runs_when_nothing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SVET_ENV", raising=False)
    with pytest.raises(ValidationError, match="SVET_SOME_PASSWORD"):
        load(Some)


def test_a_secret_of_ones_own_starts_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SVET_ENV", "production")
    monkeypatch.setenv("SVET_SOME_PASSWORD", "our own")
    assert load(Some).password.get_secret_value() == "our own"


def test_a_shifted_clock_is_refused_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SVET_ENV", "production")
    monkeypatch.setenv("SVET_SOME_PASSWORD", "our own")
    monkeypatch.setenv("SVET_BUSINESS_OFFSET", "60")
    with pytest.raises(ValidationError, match="SVET_BUSINESS_OFFSET"):
        load(Some)


def logged(error: Exception) -> dict[str, Any]:
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", None, (type(error), error, None))
    line: dict[str, Any] = json.loads(JsonLines("billing").format(record))
    return line


def test_a_log_line_of_a_database_error_holds_nothing_that_a_person_typed() -> None:
    error = IntegrityError("INSERT", {}, Exception("Key (email)=(anna@example.org) already exists"))
    line = json.dumps(logged(error), ensure_ascii=False)
    assert "sqlalchemy.exc.IntegrityError" in line
    assert "anna" not in line.partition("builtins.Exception")[0]


def test_a_log_line_keeps_the_message_of_our_own_errors() -> None:
    assert "told to fail" in json.dumps(logged(RuntimeError("told to fail")))
