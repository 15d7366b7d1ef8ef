"""Is the address a person wrote the address of the registry? The proof that an account is theirs (product A1)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import OSA

from services.billing.domain.address_words import Item, Label, items

_ORDER: tuple[Label, ...] = ("house", "corpus", "structure", "flat", "room")
_OMITTED = set(
    [
        *("академика", "акад", "маршала", "генерала", "ген", "адмирала", "героя", "космонавта", "летчика"),
        *(
            "профессора",
            "доктора",
            "братьев",
            "бр",
            "сестер",
            "святого",
            "святой",
            "карла",
            "фридриха",
            "розы",
        ),
        *(
            "клары",
            "степана",
            "льва",
            "александра",
            "алексея",
            "андрея",
            "максима",
            "юрия",
            "сергея",
            "михаила",
        ),
        *(
            "ивана",
            "николая",
            "владимира",
            "валентины",
            "константина",
            "георгия",
            "дмитрия",
            "антона",
            "федора",
        ),
        *("якова", "емельяна", "кузьмы", "серафима", "лизы", "зои", "олега", "василия", "петра", "матери"),
    ]
)
"""Titles and first names in the names of streets: written or not, the street is the same."""
_LONG_NAME, _SHORT_NAME = 9, 3


@dataclass(frozen=True)
class Address:
    """An address of the registry; `flat` is empty for a private house."""

    settlement: str
    street: str
    house: str
    flat: str

    def __str__(self) -> str:
        flat = f", кв. {self.flat}" if self.flat else ""
        street = f" {self.street}," if self.street else ""
        return f"{self.settlement},{street} д. {self.house}{flat}"


def same_address(written: str, registered: Address) -> bool:
    """Tolerant of case, order, abbreviations and small typos in names; house and flat must be the same.

    The street must be named, and where a village has no streets, the village: a house number alone proves nothing.
    What stands in no address of ours (another town, a second street, a second flat) refuses.
    """
    street, settlement = items(registered.street), items(registered.settlement)
    theirs = _without_numbers_of(street, items(written))
    if theirs is None:
        return False
    theirs = _without_numbers_of(settlement, theirs) or theirs
    if registered.street and not _tells(street):
        named = _letters(re.sub(r"^ул(ица|\.)?\s", "", registered.street.casefold()))
        return named in _letters(written) and _same_numbers(registered, theirs)
    return (
        _same_types(street, theirs)
        and _same_names(street, settlement, theirs)
        and _same_numbers(registered, theirs)
    )


def _tells(street: Sequence[Item]) -> bool:
    """Does more than «улица» remain of its name? «ул. Станция» is all noise, and must stand there as it is."""
    return any(item.kind in ("word", "number", "ordinal") for item in street) or bool(_types(street) - {"ул"})


def _letters(text: str) -> str:
    return "".join(ch for ch in text.casefold().replace("ё", "е") if ch.isalpha())


def _without_numbers_of(place: Sequence[Item], theirs: list[Item]) -> list[Item] | None:
    """Take the numbers that belong to a street's name (8 Марта, 1-й Тульский, мкр. 5); None: not all are there."""
    for at, item in enumerate(place):
        if item.kind in ("number", "ordinal"):
            found = _place_of(item.text, place, at, theirs)
            if found is None:
                return None
            theirs = theirs[:found] + theirs[found + 1 :]
    return theirs


def _place_of(number: str, place: Sequence[Item], at: int, theirs: Sequence[Item]) -> int | None:
    """Where the number of a name stands: as an ordinal anywhere, before the name's next word, beside «мкр»."""
    after = place[at + 1] if at + 1 < len(place) else None
    before = place[at - 1] if at else None
    for i, item in enumerate(theirs):
        if item.text != number or item.kind not in ("number", "ordinal"):
            continue
        following = theirs[i + 1] if i + 1 < len(theirs) and theirs[i + 1].gap != "," else None
        if item.kind == "ordinal":
            return i
        if after and after.kind == "word" and following and _near(following.text, after.text):
            return i
        preceding = theirs[i - 1] if i and item.gap != "," else None
        if (
            before
            and before.kind == "word"
            and not after
            and preceding
            and _near(preceding.text, before.text)
        ):
            return i
    types = {item.text for item in place if item.kind == "type"}
    if any(item.kind == "word" for item in place):
        return None
    return _beside_type(number, types, theirs)


def _beside_type(number: str, types: set[str], theirs: Sequence[Item]) -> int | None:
    """«5 мкр» or «мкр 5»: the number before is the one meant, when there is one."""
    for i, item in enumerate(theirs):
        if item.kind == "type" and item.text in types:
            before, after = i - 1, i + 1
            meant = before if i and theirs[before].kind == "number" and item.gap != "," else after
            if meant < len(theirs) and theirs[meant].kind == "number" and theirs[meant].text == number:
                return meant
    return None


def _same_types(street: Sequence[Item], theirs: Sequence[Item]) -> bool:
    """Where both say what it is, they agree: a street is no lane. «ул. Набережная» must be called so."""
    ours, said = _types(street), _types(theirs)
    if ours and said and not ours & said:
        return False
    nameless = bool(street) and not _words(street)
    return not nameless or ours - {"ул"} <= said


def _types(found: Iterable[Item]) -> set[str]:
    return {kind for item in found if item.kind == "type" for kind in item.text.split()}


def _same_names(street: Sequence[Item], settlement: Sequence[Item], theirs: Sequence[Item]) -> bool:
    of_street, of_settlement = _words(street), _words(settlement)
    ours = [*of_street, *of_settlement]
    named = set[str]()
    for at, item in enumerate(theirs):
        if item.kind == "ordinal":
            return False
        if item.kind != "word":
            continue
        best = min(ours, key=lambda word: OSA.distance(word, item.text), default="")
        if _near(item.text, best):
            named.add(best)
        elif not _adds_nothing(item.text, ours, theirs[at + 1 :]):
            return False
    if not street:
        return bool(of_settlement) and set(of_settlement) <= named
    needed = {word for word in of_street if len(word) > 1 and word not in _OMITTED}
    return needed <= named and (bool(needed) or not of_street or set(of_street) <= named)


def _adds_nothing(word: str, ours: Sequence[str], following: Sequence[Item]) -> bool:
    """A title, a first name that we shorten to its letter, or an initial before a name."""
    if word in _OMITTED or any(len(our) == 1 and word.startswith(our) for our in ours):
        return True
    return len(word) == 1 and bool(following) and following[0].kind == "word" and following[0].gap != ","


def _words(place: Iterable[Item]) -> list[str]:
    return [item.text for item in place if item.kind == "word"]


def _near(word: str, other: str) -> bool:
    """The same name, or one slip of the hand in it; two in a long one."""
    shortest, longest = sorted((len(word), len(other)))
    slips = 0 if shortest <= _SHORT_NAME else 1 if longest < _LONG_NAME else 2
    return OSA.distance(word, other, score_cutoff=slips) <= slips


def _same_numbers(registered: Address, theirs: Sequence[Item]) -> bool:
    """Every number of ours is there and no other; a number without a label is the next one that is left."""
    flat = f", кв. {registered.flat}" if registered.flat else ""
    ours = [(item.label, item.text) for item in _numbers(items(f"д. {registered.house}{flat}"))]
    said = [(item.label, item.text) for item in _numbers(theirs)]
    if not ours or ours[0][0] != "house":
        return False
    for number in [one for one in said if one[0]]:
        if number not in ours:
            return False
        ours.remove(number)
    bare = [text for label, text in said if not label]
    if not registered.flat and any(label in ("corpus", "structure") for label, _ in ours):
        return False
    return bare == [text for _, text in sorted(ours, key=lambda one: _ORDER.index(one[0] or "house"))]


def _numbers(found: Sequence[Item]) -> list[Item]:
    """The numbers with their labels, whether these come before or after; entrances and floors are left out."""
    labelled = list(found)
    for at, item in enumerate(found):
        if item.kind != "label":
            continue
        before = labelled[at - 1] if at else None
        after = labelled[at + 1] if at + 1 < len(found) else None
        if after and after.kind == "number" and after.gap != ",":
            labelled[at + 1] = replace(after, label=item.label)
        elif before and before.kind == "number" and not before.label and item.gap != ",":
            labelled[at - 1] = replace(before, label=item.label)
        elif after and after.kind == "number":
            labelled[at + 1] = replace(after, label=item.label)
    return [item for item in labelled if item.kind == "number" and item.label != "entrance"]
