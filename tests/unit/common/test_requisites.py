"""Control digits of ИНН and ОГРН: the vector of `domain.md` 12.7."""

import json
from dataclasses import asdict

import pytest
from pydantic import ValidationError

from services.billing.settings import Settings
from services.common.requisites import is_inn, is_ogrn
from services.common.retailer import KALUGA


def test_the_retailers_own_pass() -> None:
    assert (KALUGA.inn, KALUGA.ogrn) == ("4029030252", "1044004751746")
    assert is_inn(KALUGA.inn)
    assert is_ogrn(KALUGA.ogrn)


@pytest.mark.parametrize("text", ["4029030253", "4092030252", "402903025", "40290302520", "402903025x", ""])
def test_a_mistyped_inn_does_not(text: str) -> None:
    assert not is_inn(text)


@pytest.mark.parametrize("text", ["1044004751747", "1044004751764", "104400475174", "104400475174x", ""])
def test_a_mistyped_ogrn_does_not(text: str) -> None:
    assert not is_ogrn(text)


def test_billing_does_not_start_with_a_mistyped_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SVET_RETAILER", json.dumps(asdict(KALUGA) | {"inn": "4029030253"}))
    monkeypatch.setenv("SVET_BILLING_DATABASE_URL", "postgresql://x")
    monkeypatch.setenv("SVET_BILLING_AMQP_URL", "amqp://x")
    with pytest.raises(ValidationError, match="control digits"):
        Settings()
