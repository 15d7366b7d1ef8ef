"""Account numbers (лицевой счёт): nine digits, however a person writes them."""

import re

_NOT_DIGITS = re.compile(r"\D+", re.UNICODE)
_ACCOUNT = re.compile(r"[0-9]{9}")


class BadAccountNumber(ValueError):
    """The text holds no nine-digit account number."""


def parse_account(text: str) -> str:
    """The nine digits of an account number typed or pasted by a person.

    Brackets, spaces, dashes and Word's invisible characters are forgiven: `(180)211111` gives `180211111`
    (`domain.md` 0). Digits of other scripts are read as digits. Raises BadAccountNumber.
    """
    digits = "".join(str(int(ch)) for ch in _NOT_DIGITS.sub("", text))
    if not _ACCOUNT.fullmatch(digits):
        raise BadAccountNumber("an account number has nine digits")
    return digits
