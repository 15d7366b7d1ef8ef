"""Which new passwords are refused: those that somebody would guess within a few tries."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

from services.auth.domain.common_passwords import common_passwords

SHORTEST, LONGEST = 8, 128
Weakness = Literal["too_short", "too_long", "common", "personal"]

_LITTLE = 5
"""Characters that add nothing worth counting to a word everybody knows: `пароль2026`, `qwerty123`."""
_FEW_LETTERS = 3
_SHORTEST_WORD = 4
_LATIN = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./"
_CYRILLIC = "ёйцукенгшщзхъфывапролджэячсмитьбю."
_TO_CYRILLIC = str.maketrans(_LATIN, _CYRILLIC)
_TO_LATIN = str.maketrans(_CYRILLIC, _LATIN)
_UNDISGUISED = str.maketrans("@0$!13457", "aosiieast")
_ROWS = (
    "01234567890 qwertyuiop asdfghjkl zxcvbnm йцукенгшщзхъ фывапролджэ ячсмитьбю 1qaz 2wsx 3edc 4rfv 5tgb 6yhn 7ujm"
    " abcdefghijklmnopqrstuvwxyz абвгдежзийклмнопрстуфхцчшщъыьэюя 147 258 369 1йфя 2цыч 3увс 4кам 5епи"
)
_STEPS = {pair for row in _ROWS.split() for word in (row, row[::-1]) for pair in pairwise(word)}
_LONG_RUN = 4
"""Keys in a row on average: `qwer1234` is two runs of four."""


def weakness(password: str, *, account: str | None = None, email: str | None = None) -> Weakness | None:
    """What is wrong with a new password of somebody with this account number and e-mail; None: nothing.

    Length counts characters. A composed and a decomposed «й» are one letter; case does not make a word less common.
    """
    if len(password) < SHORTEST:
        return "too_short"
    if len(password) > LONGEST:
        return "too_long"
    text = unicodedata.normalize("NFKC", password).casefold().replace("ё", "е")
    if len(set(text)) <= _FEW_LETTERS or _in_a_row(text) or _repeated(text):
        return "common"
    if any(_little_but(word, text) for word in _own(account, email)):
        return "personal"
    return "common" if any(_mostly_common(variant) for variant in _variants(text)) else None


def _variants(text: str) -> Iterator[str]:
    """The text as typed, on the other keyboard layout, and with `@` for `a` taken back."""
    yield text
    yield text.translate(_TO_CYRILLIC).replace("ё", "е")
    yield text.translate(_TO_LATIN)
    yield text.translate(_UNDISGUISED)


def _mostly_common(text: str) -> bool:
    """A common password, or one with little around it, or made of two of them."""
    common = common_passwords()
    if text in common:
        return True
    bare = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)
    around = text.replace(bare, "", 1) if bare else ""
    if len(bare) >= _SHORTEST_WORD and bare in common and (len(around) <= _LITTLE or _guessable(around)):
        return True
    cuts = range(_SHORTEST_WORD, len(text) - _SHORTEST_WORD + 1)
    return any(text[:cut] in common and text[cut:] in common for cut in cuts)


def _guessable(part: str) -> bool:
    return len(set(part)) == 1 or _in_a_row(part) or part in common_passwords()


def _in_a_row(text: str) -> bool:
    """Keys or letters in a row, forwards or backwards: `12345678`, `йцукенгш`, `qwer4321`."""
    runs = 1 + sum(pair not in _STEPS for pair in pairwise(text))
    return len(text) >= _LONG_RUN * runs


def _repeated(text: str) -> bool:
    """One piece over and over, where the piece is short or common itself: `ab12ab12`, `парольпароль`."""
    for size in range(1, len(text) // 2 + 1):
        piece = text[:size]
        if (piece * (len(text) // size + 1))[: len(text)] == text:
            return size <= _SHORTEST_WORD or piece in common_passwords()
    return False


def _own(account: str | None, email: str | None) -> Iterator[str]:
    """What strangers know of a person: the account number, the e-mail and the words of its name."""
    if account:
        yield account
    if email:
        address = email.casefold().replace("ё", "е")
        name, _, domain = address.partition("@")
        yield from (_bare(address), _bare(name), _bare(name + domain.partition(".")[0]))
        yield from re.findall(r"[^\W\d_]+", name)


def _little_but(word: str, text: str) -> bool:
    text = _bare(text)
    return len(word) >= _SHORTEST_WORD and word in text and len(text) - len(word) <= _LITTLE


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)
