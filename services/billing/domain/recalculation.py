"""When a reading follows estimates: its volume is spread by days, and the estimated months are priced anew."""

from collections.abc import Iterable, Mapping, Sequence

from services.billing.domain.charge import Use, months_of
from services.common.period import Period

ESTIMATES = frozenset({"average", "norm", "norm_factor"})


def corrected(
    month: Period, fresh: Sequence[Use], billed: Mapping[Period, Sequence[Use]]
) -> dict[Period, list[Use]]:
    """The uses of every month that the fresh ones touch, the charged `month` among them.

    `fresh` are what the meters showed, each since its last believed reading; `billed` are the uses that earlier
    months stand for. There estimates give way to the fresh use, and so does what the same meter told of the same
    days (a control reading found less); everything else stays: the month's old lines are reversed, and these uses
    priced by its own rules.
    """
    touched = {earlier for earlier in months_of(fresh) if earlier < month}
    found = {
        earlier: [
            *standing(billed.get(earlier, ()), fresh),
            *(use for use in fresh if _touches(use, earlier)),
        ]
        for earlier in sorted(touched)
    }
    return found | {month: [use for use in fresh if _touches(use, month)]}


def standing(billed: Iterable[Use], fresh: Sequence[Use]) -> list[Use]:
    """What of the billed uses fresh ones leave as it is."""
    return [
        use
        for use in billed
        if use.basis not in ESTIMATES
        and not any(new.source == use.source and new.after <= use.after for new in fresh)
    ]


def overlap(one: Use, other: Use, month: Period) -> bool:
    """Whether both tell of the same day of the month."""
    after = max(one.after, other.after, month.previous.last_day)
    return min(one.until, other.until, month.last_day) > after


def _touches(use: Use, month: Period) -> bool:
    return use.after < month.last_day and use.until >= month.first_day
