"""An address as people write it, cut into items: words, numbers, and labels that say what a number is."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

Label = Literal["house", "corpus", "structure", "flat", "room", "entrance"]
Kind = Literal["word", "type", "label", "number", "ordinal"]

_TYPES = {
    "улица": "ул", "ул": "ул", "переулок": "пер", "пер": "пер", "проспект": "пр", "просп": "пр", "пркт": "пр",
    "проезд": "прд", "прд": "прд", "бульвар": "бр", "бр": "бр", "бул": "бр", "бульв": "бр", "площадь": "пл",
    "пл": "пл", "шоссе": "ш", "ш": "ш", "тупик": "туп", "туп": "туп", "набережная": "наб", "наб": "наб",
    "аллея": "ал", "ал": "ал", "микрорайон": "мкр", "мкр": "мкр", "мкрн": "мкр", "мрн": "мкр", "квартал": "квл",
    "квл": "квл", "линия": "лин", "лин": "лин", "тракт": "тракт", "пр": "пр прд",
}  # fmt: skip
_LABELS: dict[str, Label] = {
    "кв": "flat", "квартира": "flat", "кварт": "flat", "пом": "flat", "помещение": "flat", "д": "house",
    "дом": "house", "вл": "house", "влад": "house", "владение": "house", "домовладение": "house", "зд": "house",
    "здание": "house", "уч": "house", "участок": "house", "к": "corpus", "корп": "corpus", "корпус": "corpus",
    "кор": "corpus", "с": "structure", "стр": "structure", "строение": "structure", "ком": "room",
    "комн": "room", "комната": "room", "под": "entrance", "подъезд": "entrance", "эт": "entrance",
    "этаж": "entrance",
}  # fmt: skip
_NOISE = set(
    [
        *("г", "гор", "город", "городской", "округ", "го", "мо", "россия", "рф", "российская", "федерация"),
        *("район", "рн", "муниципальный", "дер", "деревня", "д", "с", "село", "сельское", "поселение", "сп"),
        *(
            "п",
            "пос",
            "поселок",
            "пгт",
            "рп",
            "городского",
            "типа",
            "городское",
            "ст",
            "станция",
            "х",
            "хутор",
        ),
        *("тер", "территория", "снт", "днт", "имени", "им", "номер", "адрес"),
    ]
)
_REGION = re.compile(r"\bкалужск(?:ая|ой)\s+обл(?:асть|асти|\b)|\bобл(?:асть)?[.\s]+калужская\b")
_DISTRICT = re.compile(
    r"\b[а-я]+(?:ский|ской)\s+(?=(?:муниципальный\s+)?(?:район|рн)\b)|(?<=\bрн)[.\s]+[а-я]+(?:ский|ской)\b"
)
_HYPHENATED = {
    "пр-кт": "пркт", "просп-т": "пркт", "пр-т": "пркт", "пр-д": "прд", "б-р": "бр", "бул-р": "бр", "р-н": "рн",
    "мкр-н": "мкр", "м-н": "мкр", "м-рн": "мкр", "кв-ра": "кв", "кв-л": "квл", "д-ня": "деревня",
}  # fmt: skip
_ABBREVIATED = re.compile(r"\b(?:" + "|".join(_HYPHENATED) + r")(?![а-я])")
_ORDINALS = {
    rf"{stem}{ending}": number
    for number, stem, endings in (
        (1, "перв", "ый ая ое ого ой"), (2, "втор", "ой ая ое ого"), (3, "трет", "ий ья ье ьего ьей"),
        (4, "четверт", "ый ая ое ого ой"), (5, "пят", "ый ая ое ого ой"), (6, "шест", "ой ая ое ого"),
        (7, "седьм", "ой ая ое ого"), (8, "восьм", "ой ая ое ого"), (9, "девят", "ый ая ое ого ой"),
        (10, "десят", "ый ая ое ого ой"), (40, "сорок", " а"), (50, "пятьдесят", " "), (60, "шестьдесят", " "),
        (70, "семьдесят", " "),
    )
    for ending in endings.split(" ")
}  # fmt: skip
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}
_SUFFIXES = {"й", "ый", "ий", "ой", "я", "ая", "го", "ого", "его"}
_DOUBTFUL_SUFFIXES = {"е", "ое"}
"""«8е Марта» is the eighth of March, and house 8е ends there."""
_LETTERS_APART = set("абвежзи")
"""Letters of houses that may stand apart (`10 а`); «10 г Калуга» is another matter."""
_LOOK_ALIKE = str.maketrans("abcehkmoptxy", "авсенкмортху")
_BY_LETTER = {"корп", "корпус", "стр", "строение"}
"""These may have a letter for a number: `корп. А`."""
_POSTCODE_DIGITS = 6


@dataclass(frozen=True)
class Item:
    """`gap` is what stands before it: nothing, a space, or the first telling mark of `,`, `/`, `-`."""

    kind: Kind
    text: str
    gap: str = " "
    label: Label | None = None


@dataclass(frozen=True)
class _Token:
    text: str
    gap: str

    @property
    def is_number(self) -> bool:
        return self.text[0].isdigit()


def items(text: str) -> list[Item]:
    """The address in items; noise (region, district, postcode, «город») is gone."""
    tokens, found = _tokens(text), list[Item]()
    while tokens:
        if tokens[0].is_number:
            _take_number(tokens, found)
        else:
            _take_word(tokens, found)
    return found


def _tokens(text: str) -> list[_Token]:
    text = unicodedata.normalize("NFKC", text.replace("№", " ")).casefold().replace("ё", "е")
    text = "".join(ch for ch in text if unicodedata.category(ch) != "Cf")
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", text)
    text = _ABBREVIATED.sub(lambda match: _HYPHENATED[match.group()], text)
    text = _DISTRICT.sub(" ", _REGION.sub(" ", text))
    found, end = list[_Token](), 0
    for match in re.finditer(r"[0-9]+|[а-яa-z]+", text):
        between = text[end : match.start()]
        gap = next((mark for mark in ",;/-" if mark in between), " " if between else "")
        found.append(_Token(match.group(), "," if gap == ";" else gap))
        end = match.end()
    return found


def _take_number(tokens: list[_Token], found: list[Item]) -> None:
    first = tokens.pop(0)
    if len(first.text) == _POSTCODE_DIGITS:
        return
    value = first.text.lstrip("0") or "0"
    if tokens and tokens[0].gap in ("", "-") and _is_suffix(tokens):
        tokens.pop(0)
        found.append(Item("ordinal", value, first.gap))
        return
    value += _letter(tokens)
    while tokens and tokens[0].is_number and tokens[0].gap == "/":
        value += "/" + (tokens.pop(0).text.lstrip("0") or "0") + _letter(tokens)
    found.append(Item("number", value, first.gap))


def _is_suffix(tokens: list[_Token]) -> bool:
    if tokens[0].text in _SUFFIXES:
        return True
    named = (
        len(tokens) > 1 and len(tokens[1].text) > 2 and tokens[1].text not in _LABELS and tokens[1].gap != ","
    )
    return tokens[0].text in _DOUBTFUL_SUFFIXES and named


def _letter(tokens: list[_Token]) -> str:
    """Take the letter of a house or flat: `10а`, `10 А`, `10-а`, `10 «А»`, `10 лит. А`; empty for none."""
    if len(tokens) > 1 and tokens[0].text in ("лит", "литер", "литера") and len(tokens[1].text) == 1:
        del tokens[0]
        return tokens.pop(0).text.translate(_LOOK_ALIKE)
    if not tokens or len(tokens[0].text) != 1 or tokens[0].is_number or tokens[0].gap in (",", "/"):
        return ""
    letter = tokens[0].text.translate(_LOOK_ALIKE)
    before_number = len(tokens) > 1 and tokens[1].is_number
    apart = tokens[0].gap == " "
    if (apart and letter not in _LETTERS_APART) or (before_number and letter in ("к", "с", "д")):
        return ""
    tokens.pop(0)
    return letter


def _take_word(tokens: list[_Token], found: list[Item]) -> None:
    token = tokens.pop(0)
    if token.text in _ROMAN:
        found.append(Item("ordinal", str(_ROMAN[token.text]), token.gap))
        return
    text = token.text.translate(_LOOK_ALIKE)
    before_number = bool(tokens) and tokens[0].is_number
    if text in _BY_LETTER and tokens and len(tokens[0].text) == 1 and not before_number:
        found.append(Item("number", tokens.pop(0).text.translate(_LOOK_ALIKE), token.gap, _LABELS[text]))
    elif text in _LABELS and (len(text) > 1 or before_number or _closes(text, found, token, tokens)):
        found.append(Item("label", text, token.gap, _LABELS[text]))
    elif text in _TYPES:
        found.append(Item("type", _TYPES[text], token.gap))
    elif text in _ORDINALS:
        found.append(Item("ordinal", str(_ORDINALS[text]), token.gap))
    elif text not in _NOISE:
        text = "лет" if text in ("летия", "летие") else text
        found.append(Item("word", text, token.gap))


def _closes(text: str, found: list[Item], token: _Token, tokens: list[_Token]) -> bool:
    """«10 д., 5 кв.»: the label comes after its number."""
    ends = not tokens or tokens[0].gap == ","
    return text == "д" and ends and bool(found) and found[-1].kind == "number" and token.gap != ","
