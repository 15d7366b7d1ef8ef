"""Models of meters found at the households of the region."""

from typing import NamedTuple


class Model(NamedTuple):
    """A model; `zones` are the numbers of zones it may be set to, `life` the years between verifications."""

    name: str
    zones: tuple[int, ...]
    digits: int
    life: int
    weight: float


MANUAL = (
    Model("Меркурий 201.5", (1,), 5, 16, 16),
    Model("Меркурий 201.8", (1,), 5, 16, 10),
    Model("Энергомера СЕ101 R5", (1,), 5, 16, 18),
    Model("Нева 103", (1,), 5, 16, 9),
    Model("СО-505", (1,), 4, 16, 3),
    Model("Меркурий 230 АМ-03", (1,), 6, 10, 5),
    Model("Нева 303", (1,), 6, 16, 3),
    Model("Энергомера СЕ102М R5", (2, 2, 3), 6, 16, 12),
    Model("Меркурий 200.02", (2, 2, 3), 5, 16, 10),
    Model("Нева МТ 124", (2, 2, 2, 3), 6, 16, 9),
    Model("Меркурий 230 ART-01", (2, 3), 6, 10, 5),
)
AUTOMATIC = (
    Model("Милур 107", (1, 2), 6, 16, 40),
    Model("Меркурий 234 ARTM", (2, 3), 6, 16, 25),
    Model("РиМ 189", (1, 2), 6, 16, 20),
    Model("СЭТ-4ТМ.03М", (3,), 7, 12, 15),
)
