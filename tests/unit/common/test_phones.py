"""Phones are read however people write them, and kept in E.164; what cannot be called is refused in words."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from services.common.phones import BadPhone, parse_phone
from services.contracts.auth import Phone
from services.contracts.validation import field_errors

MOBILE = """
8 (910) 555-11-22
+7 910 555 11 22
89105551122
9105551122
7 910 555-11-22
+7(910)5551122
8-910-555-11-22
8.910.555.11.22
 8 910 555 11 22
+7 (910) 555 1122
(910) 555-11-22
tel:+79105551122
тел. 8 910 555 11 22
８９１０５５５１１２２
+7\u00a0910\u00a0555\u201111\u201122
\u202a+79105551122\u202c
+7\u200b9105551122
""".strip("\n").splitlines()
OTHERS = {
    "8 4842 70-18-38": "+74842701838",
    "(4842) 701-838": "+74842701838",
    "8 (800) 555-35-35": "+78005553535",
    "+375 29 123-45-67": "+375291234567",
    "+7 701 234 56 78": "+77012345678",
    "+995 555 12 34 56": "+995555123456",
}
NONE = """
70-18-38
8910555112
891055511222
910555112
+7 (910) 555-11-22 доб. 5
8 910 O55 11 22
8 910 555-11-22, 8 910 555-11-23
+7 000 000-00-00
+79105551122abc
112
02
нет телефона
anna@mail.ru
""".strip().splitlines()


@pytest.mark.parametrize("typed", MOBILE)
def test_a_mobile_number_is_read_however_it_is_written(typed: str) -> None:
    assert parse_phone(typed) == "+79105551122"


@pytest.mark.parametrize(("typed", "meant"), OTHERS.items())
def test_numbers_of_towns_and_neighbours_are_read(typed: str, meant: str) -> None:
    assert parse_phone(typed) == meant


@pytest.mark.parametrize("typed", ["", " ", *NONE])
def test_what_cannot_be_called_is_refused(typed: str) -> None:
    with pytest.raises(BadPhone):
        parse_phone(typed)


@given(st.text())
def test_any_text_gives_a_number_or_an_error(text: str) -> None:
    with suppress(BadPhone):
        assert parse_phone(text).startswith("+")


def test_the_refusal_reaches_the_field_in_words_and_repeats_nothing() -> None:
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(Phone).validate_python("8910555112")
    (error,) = field_errors(refused.value)
    assert error.message == "Укажите номер телефона, например +7 910 555-11-22."
    assert "8910555112" not in str(error)
