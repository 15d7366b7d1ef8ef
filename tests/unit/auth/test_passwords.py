"""Passwords are peppered argon2id, and nobody's password costs the same."""

import unicodedata

import pytest
from argon2 import extract_parameters
from pydantic import SecretStr

from services.auth import passwords
from services.auth.settings import Settings


@pytest.fixture(autouse=True)
def _on_this_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "offload", lambda work, *args: work(*args))


def test_the_right_password_matches_and_another_does_not(settings: Settings) -> None:
    stored = passwords.hash_password(settings, SecretStr("верный пароль"))
    assert passwords.matches(settings, stored, SecretStr("верный пароль"))
    assert not passwords.matches(settings, stored, SecretStr("неверный пароль"))
    assert stored != passwords.hash_password(settings, SecretStr("верный пароль"))


def test_a_password_is_the_same_however_its_letters_are_composed(settings: Settings) -> None:
    stored = passwords.hash_password(settings, SecretStr(unicodedata.normalize("NFD", "йод-и-мёд")))
    assert passwords.matches(settings, stored, SecretStr("йод-и-мёд"))


def test_a_hash_is_worthless_under_another_pepper(settings: Settings) -> None:
    stored = passwords.hash_password(settings, SecretStr("password-1"))
    other = settings.model_copy(update={"pepper": SecretStr("another")})
    assert not passwords.matches(other, stored, SecretStr("password-1"))


def test_an_absent_user_costs_the_same_argon2(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    verified: list[str] = []
    real = passwords.PasswordHasher.verify

    def spy(hasher: passwords.PasswordHasher, stored: str, password: bytes) -> bool:
        verified.append(stored)
        return real(hasher, stored, password)

    monkeypatch.setattr(passwords.PasswordHasher, "verify", spy)
    stored = passwords.hash_password(settings, SecretStr("password-1"))
    assert not passwords.matches(settings, None, SecretStr("password-1"))
    assert not passwords.matches(settings, stored, SecretStr("password-2"))
    nobody, somebody = map(extract_parameters, verified)
    assert nobody == somebody
