"""How large the letters may be: a guess by the amount of text, so that most bills are drawn once."""

from typing import Final

from services.billing.document.wording import Words

SIZES: Final = ("11", "10.5", "10", "9.5", "9", "8.5", "8", "7.5", "7")
"""Points, from the size that a pensioner likes to the smallest that paper bears."""
_EMPTY_PAGE, _A_ROW, _LINE = 14.0, 0.16, 100
"""Measured: the size that an empty bill could have, what each row takes of it, and the letters in a row."""


def first_try(words: Words) -> int:
    """The place in SIZES to begin at. A wrong guess costs time or half a point, never a cut bill."""
    rows = len(words["payer"]) + len(words["balance"]) + len(words["lines"]["rows"])
    rows += 1 if words["lines"]["rounded"] else 0
    rows += sum(max(3, len(meter["zones"])) for meter in words["meters"])
    rows += 2 + 2 * len(words["recalculations"]) if words["recalculations"] else 0
    rows += 3 + len(words["penalty"]) if words["penalty"] else 0
    texts = [words["basis"], words["common_house"], words["warning"]]
    texts += [text for _, text in words["payer"]] + [note for _, note, _ in words["balance"]]
    rows += sum(len(text) // _LINE for text in texts) + sum(1 for text in texts[:3] if text)
    size = _EMPTY_PAGE - _A_ROW * rows
    return next((at for at, known in enumerate(SIZES) if float(known) <= size), len(SIZES) - 1)
