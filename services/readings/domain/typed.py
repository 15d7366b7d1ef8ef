"""Readings as people type them: whole kWh, no more digits than the meter shows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from services.common.russian import plural

_WHOLE = re.compile(r"[0-9]+")


@dataclass(frozen=True)
class Fault:
    """An error of format, which stops the form (`domain.md` 3.2). `field` is `values` or `values.N`."""

    field: str
    code: str
    message: str


def parse(typed: Sequence[str], zones: int, digits: int) -> tuple[list[int], list[Fault]]:
    """The values in kWh, or every fault at once (then no values)."""
    faults: list[Fault] = []
    if len(typed) != zones:
        need = plural(zones, "показание", "показания", "показаний")
        faults.append(Fault("values", "WRONG_NUMBER", f"По этому счётчику нужно {need}."))
    texts = [text.strip() for text in typed]
    for at, text in enumerate(texts):
        if not _WHOLE.fullmatch(text):
            message = "Введите целое число: только цифры до запятой."
            faults.append(Fault(f"values.{at}", "NOT_INTEGER", message))
        elif len(text) > digits:
            shows = plural(digits, "цифра", "цифры", "цифр")
            message = f"Слишком много цифр: до запятой на счётчике {shows}."
            faults.append(Fault(f"values.{at}", "TOO_MANY_DIGITS", message))
    return ([] if faults else [int(text) for text in texts]), faults
