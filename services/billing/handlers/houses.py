"""Common-house needs of a batch: a house's accounts are charged together, since each one's part needs all."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from sqlalchemy.orm import Session

from services.billing.domain.charge import Line
from services.billing.domain.common_house import (
    CommonNeeds,
    House,
    HouseMonth,
    common_lines,
    common_needs,
    in_force,
)
from services.billing.domain.month import MonthCharge, Rules
from services.billing.domain.tariffs import Unchargeable
from services.billing.repository import houses as table
from services.billing.repository.closing import Standing
from services.common.period import Period

_MONTHS_BACK: Final = 24
"""Older months of a house make no average."""


@dataclass(frozen=True, slots=True)
class Share:
    """A flat's part of its house's common needs."""

    house: House
    needs: CommonNeeds
    area_m2: Decimal
    lines: Sequence[Line]

    def as_json(self) -> dict[str, Any]:
        """What the bill tells of it; kWh as exact fractions."""
        needs = self.needs
        volumes = {"house": needs.house_kwh, "others": needs.others_kwh, "flats": needs.flats_kwh}
        return {
            "house_id": self.house.house,
            "known": needs.known,
            **{name: None if kwh is None else str(kwh) for name, kwh in volumes.items()},
            "needs": str(needs.kwh),
            "area_m2": str(self.area_m2),
            "house_area_m2": str(self.house.area_m2),
            "common_m2": str(self.house.common_m2),
            "norm_kwh_m2": None if self.house.norm is None else str(self.house.norm),
            "act": self.house.act,
        }


def shares(
    session: Session,
    standings: Sequence[Standing],
    charged: Mapping[str, MonthCharge],
    period: Period,
    rules: Rules,
) -> dict[str, Share | Unchargeable]:
    """The part of each account whose house is billed directly, or why the house's needs cannot be told."""
    flats: dict[str, list[Standing]] = defaultdict(list)
    for standing in standings:
        if standing.house is not None:
            flats[standing.house].append(standing)
    if not flats:
        return {}
    known, members = table.houses(session, flats), table.accounts_of(session, flats)
    told = table.months(session, flats, _since(period))
    found: dict[str, Share | Unchargeable] = {}
    for name, of_house in flats.items():
        house = in_force(known.get(name, ()), period)
        if house is None:
            continue
        try:
            needs = _needs(house, told.get(name, ()), of_house, members[name], charged, period, rules)
            found |= {flat.account: _share(house, needs, flat, period, rules) for flat in of_house}
        except Unchargeable as reason:
            found |= {flat.account: reason for flat in of_house}
    return found


def _needs(
    house: House,
    told: Sequence[HouseMonth],
    flats: Sequence[Standing],
    members: set[str],
    charged: Mapping[str, MonthCharge],
    period: Period,
    rules: Rules,
) -> CommonNeeds:
    missing = sorted(members - {flat.account for flat in flats if flat.account in charged})
    if missing:
        raise Unchargeable(f"common needs of house {house.house}: account {missing[0]} is not charged")
    flats_kwh = sum((charged[flat.account].volume for flat in flats), Fraction(0))
    return common_needs(house, told, period, flats_kwh, rules.estimates)


def _share(house: House, needs: CommonNeeds, flat: Standing, period: Period, rules: Rules) -> Share:
    if flat.area_m2 is None:
        raise Unchargeable(f"common needs of house {house.house}: account {flat.account} has no area")
    lines = common_lines(rules.tariffs, house, period, needs, flat.area_m2)
    return Share(house, needs, flat.area_m2, lines)


def _since(period: Period) -> date:
    return Period(period.year - _MONTHS_BACK // 12, period.month).first_day
