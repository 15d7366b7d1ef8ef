"""Acts that staff drew up about a household, and what they change in its charge (`domain.md` 3.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from services.billing.domain.charge import Use
from services.billing.domain.estimates import EstimateRules, Norms, Situation
from services.common.period import Period

Kind = Literal["no_access", "meter_possible", "supplier_meter", "interference"]
"""`no_access`: two visits refused (п. 60); `meter_possible`: no meter, though one could be put up;
`supplier_meter`: the faulty meter is the supplier's to replace (п. 59 «г»); `interference`: п. 62."""

_INSTEAD: dict[tuple[Situation, Kind], Situation] = {
    ("no_reading", "no_access"): "no_access",
    ("no_meter", "meter_possible"): "no_meter_possible",
    ("faulty", "supplier_meter"): "supplier_meter",
}


@dataclass(frozen=True, slots=True)
class Act:
    """An act, true of the days `since` through `until` (None: until further notice).

    An interference was found on `until`, and is charged with the bill of `charged_in`.
    """

    kind: Kind
    since: date
    until: date | None
    name: str
    charged_in: Period | None = None


def situation_of(told: Situation, acts: Sequence[Act], month: Period) -> Situation:
    """What readings told, made precise by an act that is in force on the month's last day."""
    for act in acts:
        if act.since <= month.last_day and (act.until is None or act.until >= month.last_day):
            told = _INSTEAD.get((told, act.kind), told)
    return told


def interference_uses(
    acts: Sequence[Act], month: Period, group: str, residents: int, norms: Norms, rules: EstimateRules
) -> dict[Period, list[Use]]:
    """The norm times `rules.interference_factor` for the days of each interference charged in this month.

    No farther back than `rules.interference_months` before the month it was found in. Raises MissingTariff.
    """
    found: dict[Period, list[Use]] = {}
    for act in acts:
        if act.kind != "interference" or act.charged_in != month or act.until is None:
            continue
        first = _earliest(act, act.until, rules)
        people = max(residents, 1)
        at = Period.of(first)
        while at.first_day <= act.until:
            start, end = max(first, at.first_day), min(act.until, at.last_day)
            days = Fraction((end - start).days + 1, at.last_day.day)
            kwh = Fraction(norms.of(group, people, at).kwh) * people * Fraction(rules.interference_factor)
            use = Use("interference", act.name, 1, (kwh * days,), start - timedelta(days=1), end)
            found.setdefault(at, []).append(use)
            at = at.next
    return found


def _earliest(act: Act, until: date, rules: EstimateRules) -> date:
    month = Period.of(until)
    for _ in range(rules.interference_months):
        month = month.previous
    return max(act.since, month.first_day)
