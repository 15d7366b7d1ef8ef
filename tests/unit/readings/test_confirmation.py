"""A confirmation answers the very question that was asked, and no other."""

from dataclasses import replace
from uuid import UUID

import pytest

from services.readings.domain.confirmation import Doubted, confirms, token

ASKED = Doubted("180111111", UUID(int=1), "2026-11", [100], [20000], ["IMPLAUSIBLE_HIGH"])


def test_the_token_of_a_question_confirms_it() -> None:
    assert confirms(token(ASKED, "secret"), ASKED, "secret")


@pytest.mark.parametrize(
    "other",
    [
        replace(ASKED, account="180111112"),
        replace(ASKED, meter_id=UUID(int=2)),
        replace(ASKED, period="2026-12"),
        replace(ASKED, previous=[101]),
        replace(ASKED, values=[20001]),
        replace(ASKED, doubts=["ROLLOVER"]),
    ],
)
def test_it_confirms_nothing_else(other: Doubted) -> None:
    assert not confirms(token(ASKED, "secret"), other, "secret")


@pytest.mark.parametrize("given", [None, "", "да", "x" * 43])
def test_a_made_up_token_confirms_nothing(given: str | None) -> None:
    assert not confirms(given, ASKED, "secret")


def test_a_token_of_another_secret_confirms_nothing() -> None:
    assert not confirms(token(ASKED, "other"), ASKED, "secret")
