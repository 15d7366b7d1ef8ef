"""When a reading follows estimates: its volume is spread by days, and the estimated months are priced anew."""

from collections.abc import Mapping, Sequence

from services.billing.domain.charge import Use, months_of
from services.common.period import Period

ESTIMATES = frozenset({"average", "norm", "norm_factor"})


def corrected(
    month: Period, fresh: Sequence[Use], billed: Mapping[Period, Sequence[Use]]
) -> dict[Period, list[Use]]:
    """The uses of every month that the fresh ones touch, the charged `month` among them.

    `fresh` are what the meters showed, each since its last actual reading; `billed` are the uses that earlier
    months were charged for. Of an earlier month estimates give way to the fresh use, everything else stays:
    its old lines are reversed and these uses priced by that month's own rules.
    """
    touched = {earlier for earlier in months_of(fresh) if earlier < month}
    found = {
        earlier: [use for use in billed.get(earlier, ()) if use.basis not in ESTIMATES]
        + [use for use in fresh if touches(use, earlier)]
        for earlier in sorted(touched)
    }
    return found | {month: [use for use in fresh if touches(use, month)]}


def overlap(one: Use, other: Use, month: Period) -> bool:
    """Whether both tell of the same day of the month."""
    after = max(one.after, other.after, month.previous.last_day)
    return min(one.until, other.until, month.last_day) > after


def touches(use: Use, month: Period) -> bool:
    """Whether it tells of a day of the month."""
    return use.after < month.last_day and use.until >= month.first_day
