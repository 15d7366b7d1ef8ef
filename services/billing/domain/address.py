"""Is the address a person wrote the address of the registry? The proof that an account is theirs (product A1)."""

import re
from dataclasses import dataclass

from rapidfuzz import fuzz

_TYPES = {
    "улица": "ул", "ул": "ул", "переулок": "пер", "пер": "пер", "проспект": "пр", "просп": "пр", "пр": "пр",
    "пр-т": "пр", "пр-кт": "пр", "проезд": "пр-д", "пр-д": "пр-д", "бульвар": "б-р", "б-р": "б-р", "бул": "б-р",
    "площадь": "пл", "пл": "пл", "шоссе": "ш", "ш": "ш", "тупик": "туп", "туп": "туп",
    "набережная": "наб", "наб": "наб", "аллея": "ал", "микрорайон": "мкр", "мкр": "мкр", "мкрн": "мкр",
}  # fmt: skip
_NOISE = {
    "г", "гор", "город", "обл", "область", "калужская", "россия", "рф", "р-н", "район", "дер", "деревня", "с",
    "село", "п", "пос", "поселок", "пгт", "рп", "д", "дом", "кв", "квартира", "ст", "станция",
}  # fmt: skip
_SIMILAR = 80
"""Of 100 (rapidfuzz ratio): one typo in a word of five letters passes, another word does not."""
_NUMBER = r"\d+(?:/\d+)?[а-я]?(?:к\d+[а-я]?)?(?:с\d+)?"


@dataclass(frozen=True)
class Address:
    """An address of the registry; `flat` is empty for a private house."""

    settlement: str
    street: str
    house: str
    flat: str

    def __str__(self) -> str:
        flat = f", кв. {self.flat}" if self.flat else ""
        return f"{self.settlement}, {self.street}, д. {self.house}{flat}"


@dataclass(frozen=True)
class _Parsed:
    words: tuple[str, ...]
    types: frozenset[str]
    house: str
    flat: str


def same_address(written: str, registered: Address) -> bool:
    """Tolerant of case, order, abbreviations and small typos in names; house and flat must be the same.

    The street must be named, and where a village has no streets, the village: a house number alone proves nothing.
    """
    theirs, ours = _parse(written), _parse(str(registered))
    if (theirs.house, theirs.flat) != (ours.house, ours.flat):
        return False
    if theirs.types and ours.types and not theirs.types & ours.types:
        return False
    named = _names(registered.street, registered.flat) or _names(registered.settlement, registered.flat)
    return (
        bool(named)
        and all(_near(word, theirs.words) for word in named)
        and all(_near(word, ours.words) for word in theirs.words)
    )


def _names(place: str, flat: str) -> tuple[str, ...]:
    """The words of a street or settlement; a number in it (мкр. 5) is taken for a flat only where there is none."""
    return _parse(f"{place}, д. 1" + (", кв. 1" if flat else "")).words


def _near(word: str, others: tuple[str, ...]) -> bool:
    return any(word == o or (len(word) > 3 and fuzz.ratio(word, o) >= _SIMILAR) for o in others)


def _parse(text: str) -> _Parsed:
    text = _glued(text.casefold().replace("ё", "е"))
    text, flat = _taken(rf"\b(?:кв|квартира)\s*({_NUMBER})\b", text)
    text, house = _taken(rf"\b(?:д|дом)\s*({_NUMBER})\b", text)
    tokens = text.split()
    numbers = [i for i, token in enumerate(tokens) if i and re.fullmatch(_NUMBER, token)]
    if not flat and numbers and (house or len(numbers) > 1):
        flat = tokens.pop(numbers.pop())
    if not house and numbers:
        house = tokens.pop(numbers.pop())
    types = frozenset(_TYPES[token] for token in tokens if token in _TYPES)
    words = tuple(token for token in tokens if token not in _TYPES and token not in _NOISE)
    return _Parsed(words, types, house, flat)


def _taken(pattern: str, text: str) -> tuple[str, str]:
    match = re.search(pattern, text)
    if not match:
        return text, ""
    return f"{text[: match.start()]} {text[match.end() :]}", match.group(1)


def _glued(text: str) -> str:
    """Punctuation gone, and the parts of a house number in one word: `10 а, корп. 2` becomes `10ак2`."""
    text = re.sub(r"\b\d{6}\b", " ", text)
    text = re.sub(r"(?<=\d)\s*-\s*(?=\d)", " ", text)
    text = re.sub(r"(?<=\d)\s*-\s*(?=[а-я]\b)", "", text)
    text = re.sub(r"[^\w/\-]+", " ", text.replace(".", " "))
    text = re.sub(r"(?<=\d)\s*/\s*(?=\d)", "/", text)
    text = re.sub(r"(\d[а-я]?)\s*(?:корпус|корп|кор|к)\s*(?=\d)", r"\1к", text)
    text = re.sub(r"(\d[а-я]?)\s*(?:строение|стр|с)\s*(?=\d)", r"\1с", text)
    return re.sub(r"(\d)\s+([абвгдежзи])\b(?!\s*\d)", r"\1\2", text)
