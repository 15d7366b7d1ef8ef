"""A likely slip in the domain of an e-mail address: `lst.ru` was perhaps meant to be `list.ru`. Only a hint."""

from itertools import pairwise
from typing import Final

from rapidfuzz.distance import OSA

_COMMON: Final = (
    "mail.ru", "yandex.ru", "gmail.com", "bk.ru", "list.ru", "inbox.ru", "rambler.ru", "ya.ru",
    "internet.ru", "icloud.com", "outlook.com", "hotmail.com", "lenta.ru", "autorambler.ru",
    "yandex.com", "vk.com", "kaluga.ru", "kaluga.net", "obninsk.ru", "obninsk.com", "yahoo.com",
    "pochta.ru", "qip.ru", "proton.me", "protonmail.com", "live.ru", "narod.ru",
)  # fmt: skip
"""Where people of the region have their mail, the most usual first."""
_OTHERS: Final = {
    "mail.com", "email.com", "email.ru", "mai.ru", "mail.ua", "mail.by", "mail.kz", "mail.de",
    "ymail.com", "live.com", "msn.com", "aol.com", "me.com", "mac.com", "pm.me", "gmx.com", "gmx.net",
    "gmx.de", "ok.ru", "ro.ru", "tut.by", "ukr.net", "yandex.by", "yandex.kz", "yandex.ua", "yahoo.ru",
    "outlook.ru", "hotmail.ru", "myrambler.ru", "rambler.ua", "gambler.ru", "zmail.ru", "fmail.ru",
    "kmail.ru", "tmail.com", "km.ru", "nm.ru", "e1.ru", "ngs.ru", "inbox.com", "inbox.lv", "bk.com",
    "list.com", "lit.ru", "lis.ru", "lust.ru", "nail.ru", "lent.ru",
}  # fmt: skip
"""Real ones that look like a slip."""
_ENDINGS_MISTAKEN: Final = {"gmail.ru": "gmail.com", "icloud.ru": "icloud.com"}
_LONG_NAME = 6
_KEYBOARD = ("1234567890-", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEIGHBOURS = {frozenset(pair) for row in _KEYBOARD for pair in pairwise(row)} | {
    frozenset(pair)
    for upper, lower in pairwise(_KEYBOARD)
    for shift in (0, 1)
    for pair in zip(upper[shift:], lower, strict=False)
}


def email_hint(text: str) -> str | None:
    """The address with the domain that was probably meant; None when nothing is amiss, or it is no address at all."""
    name, at, domain = text.strip().rpartition("@")
    if not at or not name or "@" in name or any(ch.isspace() for ch in name):
        return None
    meant = _meant(domain.casefold().strip())
    return f"{name}@{meant}" if meant else None


def _meant(domain: str) -> str | None:
    if domain in _COMMON or domain in _OTHERS:
        return None
    if domain in _ENDINGS_MISTAKEN:
        return _ENDINGS_MISTAKEN[domain]
    bare = "".join(ch for ch in domain if ch.isalnum() or ch == "-")
    for common in _COMMON:
        if bare == common.replace(".", "") or domain.rstrip(".") in (common, common.partition(".")[0]):
            return common
    name, _, ending = domain.partition(".")
    close = [(slips, common) for common in _COMMON if (slips := _slips(name, ending, *common.split(".")))]
    return min(close, key=lambda one: one[0])[1] if close else None


def _slips(name: str, ending: str, right_name: str, right_ending: str) -> int | None:
    """How many slips away; None when too far to be one: at most one in the name and one in the ending."""
    in_ending = OSA.distance(ending, right_ending)
    in_name = OSA.distance(name, right_name)
    if in_ending > 1 or in_name > 1 or (in_name and not _slip(name, right_name)):
        return None
    return in_name + in_ending


def _slip(name: str, right: str) -> bool:
    """Is one edit a slip of the hand? In a short name: a letter lost, doubled, swapped, or a neighbouring key."""
    if len(right) >= _LONG_NAME:
        return True
    if len(right) < 4:
        return False
    if len(name) < len(right) or sorted(name) == sorted(right):
        return True
    differing = [pair for pair in zip(name, right, strict=False) if pair[0] != pair[1]]
    if len(name) == len(right):
        return frozenset(differing[0]) in _NEIGHBOURS
    return any(name == right[:at] + letter + right[at:] for at, letter in enumerate(right))
