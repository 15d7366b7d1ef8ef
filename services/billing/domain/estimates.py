"""What is charged when no reading says: the average for three periods, then the norm (`domain.md` 3.1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from services.billing.domain.charge import Basis, Use
from services.billing.domain.tariffs import MissingTariff
from services.common.period import Period

Situation = Literal["no_reading", "faulty", "supplier_meter", "no_access", "no_meter", "no_meter_possible"]
"""`no_reading`: a working meter, nothing told; `faulty`: broken, lost or unverified; `supplier_meter`: faulty, and
the supplier's to replace; `no_access`: two visits refused; `no_meter`: none can be installed;
`no_meter_possible`: one could be."""
_ESTIMATED_FIRST: frozenset[Situation] = frozenset({"no_reading", "faulty", "no_access"})
_RAISED: frozenset[Situation] = frozenset({"faulty", "no_access", "no_meter_possible"})


@dataclass(frozen=True, slots=True)
class EstimateRules:
    """ПП РФ 354 п. 59-62: how many actual months make an average, how long it is used, what raises the norm."""

    months: int = 6
    """The average is taken over so many of the latest actual months."""
    least_months: int = 3
    """With fewer there is no average."""
    periods: int = 3
    """Periods in a row charged by average; the norm follows."""
    factor: Decimal = Decimal("1.5")
    interference_factor: Decimal = Decimal(10)
    interference_months: int = 3
    """An interference is charged no farther back than so many months before the month it was found in."""


@dataclass(frozen=True, slots=True)
class Norm:
    """kWh a month a person, for households of `residents` or more, from a day on."""

    group: str
    residents: int
    valid_from: date
    kwh: Decimal
    act: str
    demo: bool = False


@dataclass(frozen=True, slots=True)
class ActualMonth:
    """What a meter showed to have been used in a month, kWh by zone of the form."""

    month: Period
    form: int
    kwh: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Household:
    """What an estimate needs to know. `estimated_before`: periods in a row already charged without a reading."""

    group: str
    residents: int
    situation: Situation
    estimated_before: int
    actual: Sequence[ActualMonth]


class Norms:
    """Norms by group, number of residents and date."""

    def __init__(self, norms: Iterable[Norm]) -> None:
        self._norms = sorted(norms, key=lambda norm: (norm.valid_from, norm.residents))

    def of(self, group: str, residents: int, month: Period) -> Norm:
        """The norm in force on the month's first day. Raises MissingTariff."""
        known = [
            norm
            for norm in self._norms
            if norm.group == group and norm.valid_from <= month.first_day and norm.residents <= residents
        ]
        if not known:
            raise MissingTariff(f"no norm of {group}, {residents} residents for {month}")
        newest = max(norm.valid_from for norm in known)
        return max((n for n in known if n.valid_from == newest), key=lambda norm: norm.residents)


def estimate(household: Household, month: Period, norms: Norms, rules: EstimateRules) -> list[Use]:
    """The month's use without a reading. A household of nobody has a norm of one. Raises MissingTariff."""
    if _by_average(household, rules):
        average = average_of(household.actual, rules)
        if average is not None:
            return [_use(month, "average", f"average of {average.months}", average.form, average.kwh)]
    people = max(household.residents, 1)
    norm = norms.of(household.group, people, month)
    kwh = Fraction(norm.kwh) * people
    uses = [_use(month, "norm", norm.act, 1, (kwh,))]
    if household.situation in _RAISED and rules.factor > 1:
        uses.append(_use(month, "norm_factor", norm.act, 1, (kwh * (Fraction(rules.factor) - 1),)))
    return uses


def _by_average(household: Household, rules: EstimateRules) -> bool:
    """A meter that is the supplier's to replace goes by the average until it is replaced."""
    if household.situation == "supplier_meter":
        return True
    return household.situation in _ESTIMATED_FIRST and household.estimated_before < rules.periods


@dataclass(frozen=True, slots=True)
class Average:
    """kWh a month by zone, over so many months."""

    months: int
    form: int
    kwh: tuple[Fraction, ...]


def average_of(actual: Sequence[ActualMonth], rules: EstimateRules) -> Average | None:
    """The average of the latest actual months with the present form; None when they are too few."""
    latest = sorted(actual, key=lambda found: found.month, reverse=True)
    same = [found for found in latest if found.form == latest[0].form][: rules.months]
    if len(same) < rules.least_months:
        return None
    zones = zip(*(found.kwh for found in same), strict=True)
    return Average(len(same), same[0].form, tuple(sum(zone, Fraction(0)) / len(same) for zone in zones))


def _use(month: Period, basis: Basis, source: str, form: int, kwh: tuple[Fraction, ...]) -> Use:
    return Use(basis, source, form, kwh, month.previous.last_day, month.last_day)
