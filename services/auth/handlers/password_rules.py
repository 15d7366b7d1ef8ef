"""A new password is refused in words before anything is counted or looked up: nothing is lost, nothing told."""

from typing import Final

from pydantic import SecretStr

from services.auth.domain.password_rules import Weakness, weakness
from services.contracts.validation import invalid

_TEXTS: Final[dict[Weakness, str]] = {
    "too_short": "Пароль слишком короткий: нужно не меньше 8 символов.",
    "too_long": "Пароль слишком длинный: не больше 128 символов.",
    "common": "Такой пароль легко угадать. Придумайте другой, например из нескольких слов.",
    "personal": "Пароль не должен повторять номер счёта или e-mail. Придумайте другой.",
}


def check_password(password: SecretStr, *, account: str | None = None, email: str | None = None) -> None:
    """Raises `invalid_request` for field `password` when the new password is easily guessed.

    Call it before limits and proofs, with `account` and `email` as the person gave them; with what a table says of
    them, only for whoever has proved to be the owner.
    """
    found = weakness(password.get_secret_value(), account=account, email=email)
    if found:
        raise invalid("password", "common" if found == "personal" else found, _TEXTS[found])
