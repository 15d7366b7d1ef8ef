"""Which new passwords are refused, and in what words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from services.auth.domain.password_rules import weakness
from services.auth.handlers.password_rules import check_password
from services.contracts.errors import ServiceError

COMMON = """
password Password1 P@ssw0rd PASSWORD123 password2026! passw0rd1 qwerty123 Qwerty12345 1q2w3e4r 1qaz2wsx
12345678 87654321 123456789 1234567890 11111111 aaaaaaaa ааааааааа 12121212 abcabcabc ab12ab12 11112222
qwertyui йцукенгш йцукен123 qwer1234 qwer4321 abcdefgh абвгдежз 1234qwer пароль123 ПАРОЛЬ2026 пароль!!
Пароль123456 парольпароль gfhjkm123 Gfhjkm2026 ghbdtn123 привет123 привет2026! солнышко солнышко1
наташа1990 любовь2020 k.,jdm2020 зфыыцщкв йцукенгшщз iloveyou1 letmein!! dragon2847 qwertyqwerty
qwertyпароль zxcvbnm, zxcvbnm123 1йфя2цыч калуга2026 123456пароль !!пароль!! monkey111111
"""
GOOD = """
Qwerty-sun-417 Demo-svet-2026 Not-the-password-1 корова-ест-жёлтый-снег верный-конь-42 tr0ub4dor&3
9fK2mPz7 уXВ7нк2Щ пароль-от-дачного-сарая dragon-fruit-salad моя-кошка-спит-днём jf8#kd0! 7391648205
съешь-ещё-этих electric-sheep-2
"""


@pytest.mark.parametrize("password", COMMON.split())
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    assert weakness(password) == "common"


@pytest.mark.parametrize("password", GOOD.split())
def test_an_uncommon_password_is_good_without_rules_of_composition(password: str) -> None:
    assert weakness(password, account="180211111", email="anna.petrova@mail.ru") is None


@pytest.mark.parametrize(
    "password",
    [
        "180211111",
        "180-211-111",
        "(180)211111",
        "ks180211111",
        "180211111!",
        "anna.petrova",
        "AnnaPetrova",
        "petrova1985",
        "Petrova!85",
        "anna.petrova@mail.ru",
        "annapetrovamail",
        "annapetrova12",
    ],
)
def test_what_repeats_the_account_number_or_the_email_is_refused(password: str) -> None:
    assert weakness(password, account="180211111", email="Anna.Petrova@mail.ru") == "personal"


def test_lengths_are_from_eight_to_a_hundred_and_twenty_eight() -> None:
    assert weakness("кот-7f!") == "too_short"
    assert weakness("кот-7f!ю") is None
    sentence = "от перемены мест слагаемых сумма не меняется, а от перемены погоды меняется настроение; "
    assert weakness((sentence * 2)[:128]) is None
    assert weakness((sentence * 2)[:129]) == "too_long"


@given(st.text(max_size=200))
def test_any_text_is_judged(password: str) -> None:
    weakness(password, account="180211111", email="a@b.ru")


def test_the_refusal_names_the_field_in_russian_and_repeats_nothing() -> None:
    for password in ("пароль123", "180211111"):
        with pytest.raises(ServiceError) as refused:
            check_password(SecretStr(password), account="180211111", email="a@b.ru")
        (error,) = refused.value.fields
        assert (error.field, error.code) == ("password", "common")
        assert password not in error.message
