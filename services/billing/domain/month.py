"""A household's month: from what is known of its consumption to lines of money, corrections of estimates included."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from services.billing.domain.acts import Act, interference_uses
from services.billing.domain.charge import Line, Use, charge_month
from services.billing.domain.estimates import EstimateRules, Household, Norms, estimate
from services.billing.domain.recalculation import corrected, overlap, standing
from services.billing.domain.tariffs import TariffBook, Unchargeable
from services.common.period import Period

Way = Literal["meter", "average", "norm"]
"""How the month was charged, as the bill names it."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The dated data a month is charged by."""

    tariffs: TariffBook
    norms: Norms
    estimates: EstimateRules = field(default_factory=EstimateRules)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a household's month.

    `fresh` are the uses that meters showed since their last actual reading; empty when an estimate is due.
    `billed` are the uses that earlier months stand for, and `lines` those that price them: fresh uses take the
    place of estimates there, and fill days that no meter told of.
    """

    household: Household
    fresh: Sequence[Use] = ()
    billed: Mapping[Period, Sequence[Use]] = field(default_factory=dict)
    lines: Mapping[Period, Sequence[Line]] = field(default_factory=dict)
    acts: Sequence[Act] = ()


@dataclass(frozen=True, slots=True)
class MonthCharge:
    """`lines` of the month's own use; `reversed` lines of earlier months with what `corrections` put instead.

    `extra` lines stand beside the household's use: common-house needs, an interference.
    """

    way: Way
    uses: Sequence[Use]
    lines: Sequence[Line]
    reversed: Sequence[Line] = ()
    corrections: Sequence[Line] = ()
    extra: Sequence[Line] = ()

    @property
    def charged(self) -> int:
        """Kopecks of the month itself."""
        return sum(line.amount for line in self.lines) + sum(line.amount for line in self.extra)

    @property
    def volume(self) -> Fraction:
        """kWh that the household used in the month by its lines."""
        return sum((line.volume for line in self.lines), Fraction(0))

    @property
    def recalculated(self) -> int:
        """Kopecks that the corrections add; below zero when they give back."""
        return sum(line.amount for line in self.corrections) - sum(line.amount for line in self.reversed)


def charge(known: Known, month: Period, rules: Rules) -> MonthCharge:
    """Charge a household for a month. Raises Unchargeable: then nothing of it is charged."""
    group = known.household.group
    extra = _interference(known, month, rules)
    if not known.fresh:
        uses = estimate(known.household, month, rules.norms, rules.estimates)
        way: Way = "average" if uses[0].basis == "average" else "norm"
        return MonthCharge(way, uses, charge_month(rules.tariffs, group, month, uses), extra=extra)
    earlier = corrected(month, known.fresh, known.billed)
    uses = earlier.pop(month)
    for past in earlier:
        if not _has_room(known, past):
            raise Unchargeable(f"what was used in {past} cannot be told from what is charged already")
    return MonthCharge(
        "meter",
        uses,
        charge_month(rules.tariffs, group, month, uses),
        reversed=[line for past in earlier for line in known.lines.get(past, ())],
        corrections=[
            line
            for past, changed in earlier.items()
            for line in charge_month(rules.tariffs, group, past, changed)
        ],
        extra=extra,
    )


def _has_room(known: Known, month: Period) -> bool:
    """Whether the month was charged by us, and no meter told already of the days that fresh uses tell of."""
    if month not in known.billed:
        return False
    told = standing(known.billed[month], known.fresh)
    return not any(overlap(fresh, use, month) for fresh in known.fresh for use in told)


def _interference(known: Known, month: Period, rules: Rules) -> list[Line]:
    household = known.household
    uses = interference_uses(
        known.acts, month, household.group, household.residents, rules.norms, rules.estimates
    )
    return [
        line
        for past, of_month in uses.items()
        for line in charge_month(rules.tariffs, household.group, past, of_month)
    ]
