"""A folder of tariffs: prices, norms, rates, due days and the rest as CSV files."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from services.billing import dated_files, models
from services.billing.dated_files import File, Files, Reader, Row, act, group, number, one_of, optional, yes
from services.billing.domain.tariffs import ZONES


def _upper(text: str) -> list[int]:
    upper = [int(part) for part in text.split()]
    if upper != sorted(set(upper)):
        raise ValueError("thresholds grow")
    return upper


def _not_whole(row: Row) -> str | None:
    whole = row["day"] + row["night"] + row["half_peak"] == 1
    return None if whole else "the shares of a profile add up to 1"


_zone: Final = one_of("zone", sorted({zone for zones in ZONES.values() for zone in zones}))
_SOURCE: Final[dict[str, Reader]] = {"act": act, "demo": yes}
_SINCE: Final[dict[str, Reader]] = {"valid_from": date.fromisoformat}
FILES: Final[Files] = {
    "prices": File(
        models.Price,
        {"tariff_group": group, "form": int, "zone": _zone, "range": int, **_SINCE, "rub": number, **_SOURCE},
    ),
    "thresholds": File(models.Thresholds, {"tariff_group": group, **_SINCE, "upper": _upper, **_SOURCE}),
    "norms": File(models.Norm, {"tariff_group": group, "residents": int, **_SINCE, "kwh": number, **_SOURCE}),
    "rates": File(
        models.Rate,
        {"kind": one_of("rate", ("key", "cap", "vat")), **_SINCE, "percent": optional(number), **_SOURCE},
    ),
    "due_days": File(models.DueDay, {"since": date.fromisoformat, "day": int, **_SOURCE}),
    "profiles": File(
        models.Profile,
        {"tariff_group": group, **_SINCE, "day": number, "night": number, "half_peak": number, **_SOURCE},
        fault=_not_whole,
    ),
}


@dataclass(frozen=True)
class Loaded:
    """What came of a load: rows that were new, by file, and how many of all are marked as demo."""

    new: Mapping[str, int]
    demo: int


def read(folder: Path) -> dict[str, list[Row]]:
    """Every file of the folder. Raises BadFiles with every fault at once."""
    return dated_files.read(folder, FILES)


def load(session: Session, rows: Mapping[str, list[Row]]) -> Loaded:
    """Add what is new, take over other words. Raises BadFiles when the folder says other numbers than the tables."""
    new = dated_files.load(session, FILES, rows)
    return Loaded(new, sum(row["demo"] for given in rows.values() for row in given))
