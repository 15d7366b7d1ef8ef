"""A household's month: from what is known of its consumption to lines of money, corrections of estimates included."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from services.billing.domain.charge import Line, Use, charge_month
from services.billing.domain.estimates import EstimateRules, Household, Norms, estimate
from services.billing.domain.recalculation import ESTIMATES, corrected
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
    `billed` are uses and lines of the estimated months before, which fresh ones correct.
    """

    household: Household
    fresh: Sequence[Use] = ()
    billed: Mapping[Period, Sequence[Use]] = field(default_factory=dict)
    lines: Mapping[Period, Sequence[Line]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MonthCharge:
    """`lines` of the month itself; `reversed` lines of earlier estimates with what `corrections` put instead.

    `corrected_uses` are the uses that earlier months stand for from now on.
    """

    way: Way
    uses: Sequence[Use]
    lines: Sequence[Line]
    reversed: Sequence[Line] = ()
    corrections: Sequence[Line] = ()
    corrected_uses: Mapping[Period, Sequence[Use]] = field(default_factory=dict)

    @property
    def charged(self) -> int:
        """Kopecks of the month itself."""
        return sum(line.amount for line in self.lines)

    @property
    def recalculated(self) -> int:
        """Kopecks that the corrections add; below zero when they give back."""
        return sum(line.amount for line in self.corrections) - sum(line.amount for line in self.reversed)


def charge(known: Known, month: Period, rules: Rules) -> MonthCharge:
    """Charge a household for a month. Raises Unchargeable: then nothing of it is charged."""
    group = known.household.group
    if not known.fresh:
        uses = estimate(known.household, month, rules.norms, rules.estimates)
        way: Way = "average" if uses[0].basis == "average" else "norm"
        return MonthCharge(way, uses, charge_month(rules.tariffs, group, month, uses))
    earlier = corrected(month, known.fresh, known.billed)
    uses = earlier.pop(month)
    for past in earlier:
        if not _was_estimated(known, past):
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
        corrected_uses=earlier,
    )


def _was_estimated(known: Known, month: Period) -> bool:
    return any(use.basis in ESTIMATES for use in known.billed.get(month, ()))
