"""A month beside last month and the same month of last year, with the causes of the difference (product H1)."""

from collections.abc import Sequence
from fractions import Fraction

from sqlalchemy.orm import Session

from services.billing.document.amounts import plain
from services.billing.document.comparing import cause_text, estimate_text
from services.billing.domain.differences import Billed, Cause, Priced, causes, mean_price
from services.billing.domain.tariffs import MissingTariff, TariffBook
from services.billing.handlers.paper import Kept
from services.billing.models import Charge, ChargeLine
from services.billing.repository import charges
from services.billing.repository.charges import Charged
from services.common.period import Period
from services.contracts import bills as contract

_ENERGY = ("meter", "average", "norm", "norm_factor")


def both(
    session: Session, kept: Kept, book: TariffBook
) -> tuple[contract.BillComparison | None, contract.BillComparison | None]:
    """With the month before, and with the same month a year before; None for one that we did not charge."""
    month = kept.period
    earlier = (month.previous, Period(month.year - 1, month.month))
    known = charges.charged(session, kept.charge.account, [one.first_day for one in earlier])
    found = [known.get(one.first_day) for one in earlier]
    last_month, last_year = (_compared(kept, then, book) if then else None for then in found)
    return last_month, last_year


def billed(charge: Charge, lines: Sequence[ChargeLine]) -> Billed:
    """A charge as differences see it; `lines` are of its own month."""
    energy = [
        Priced(line.form, line.zone, line.range, Fraction(line.volume), line.rub, line.amount)  # type: ignore[arg-type]
        for line in lines
        if line.basis in _ENERGY
    ]
    return Billed(energy, charge.charged, charge.recalculated)


def _compared(kept: Kept, other: Charged, book: TariffBook) -> contract.BillComparison:
    month = Period.of(other.charge.period)
    now = billed(kept.charge, kept.own_lines)
    then = billed(other.charge, [line for line in other.lines if line.kind == "charge"])
    group = kept.household.tariff_group
    told = [
        contract.BillCause(kind=cause.kind, amount=cause.amount, text=cause_text(cause, now, then))
        for cause in _causes(now, then, book, group, month)
    ]
    remarks = [
        contract.BillCause(kind="estimate", amount=None, text=text)
        for one, charge in ((kept.period, kept.charge), (month, other.charge))
        if (text := estimate_text(one, charge.way))  # type: ignore[arg-type]
    ]
    return contract.BillComparison(
        period=str(month),
        kwh=plain(then.kwh),
        kwh_difference=plain(now.kwh - then.kwh),
        charged=then.total,
        difference=now.total - then.total,
        causes=[*told, *remarks],
    )


def _causes(now: Billed, then: Billed, book: TariffBook, group: str, month: Period) -> list[Cause]:
    """A household that changed its group may have had other prices: then the price's part cannot be told."""
    try:
        return causes(now, then, mean_price(book, group, month))
    except MissingTariff:
        return causes(now, then, lambda form, zone, range_: _present(now, form, zone, range_))


def _present(now: Billed, form: int, zone: str, range_: int) -> Fraction:
    """The price of now: nothing is said of a change."""
    lines = [line for line in now.lines if (line.form, line.zone, line.range) == (form, zone, range_)]
    volume = sum((line.volume for line in lines), Fraction(0))
    return Fraction(sum(line.amount for line in lines), 100) / volume if volume else Fraction(0)
