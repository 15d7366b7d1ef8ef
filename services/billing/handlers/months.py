"""Charges by month against what was paid (product E6)."""

from collections import defaultdict
from datetime import UTC, date, datetime, time
from fractions import Fraction
from uuid import UUID

from sqlalchemy.orm import Session

from services.billing.document.amounts import plain
from services.billing.handlers.accounts import known_account
from services.billing.models import Bill, Charge
from services.billing.repository import charges as table
from services.common.clock import MOSCOW, moscow_date
from services.common.period import Period
from services.contracts import bills as contract
from services.contracts.validation import invalid

_MONTHS, _MOST = 12, 240


def charges(session: Session, request: contract.ChargesRequest, now: datetime) -> contract.Charges:
    """Months of an interval, oldest first; by default the last twelve, the running one included.

    Raises `account_unknown`, and `invalid_request` for a reversed or too long interval.
    """
    account = known_account(session, request.account).account
    last = Period.parse(request.to_period) if request.to_period else Period.of(moscow_date(now))
    first = Period.parse(request.from_period) if request.from_period else _months_before(last, _MONTHS - 1)
    if first > last:
        raise invalid("from_period", "after_to_period", "Начало периода позже его конца.")
    if first < _months_before(last, _MOST - 1):
        raise invalid("from_period", "too_long", "Не больше двадцати лет за один раз.")
    billed = {
        bill.period: (bill, charge)
        for bill, charge in table.billed(session, account, first.first_day, last.first_day)
    }
    kwh = _volumes(session, [charge.id for _, charge in billed.values() if charge])
    paid = table.paid(session, account, _midnight(first.first_day), _midnight(last.next.first_day))
    known = sorted({*billed, *paid})
    months = [_month(month, billed.get(month, (None, None)), kwh, paid.get(month, 0)) for month in known]
    return contract.Charges(account=account, from_period=str(first), to_period=str(last), months=months)


def _month(
    month: date, found: tuple[Bill | None, Charge | None], kwh: dict[UUID, Fraction], paid: int
) -> contract.ChargedMonth:
    bill, charge = found
    return contract.ChargedMonth(
        period=str(Period.of(month)),
        bill="own" if charge else "registry" if bill else "none",
        way=charge.way if charge else None,
        kwh=plain(kwh[charge.id]) if charge else None,
        charged=charge.charged if charge else None,
        recalculated=charge.recalculated if charge else None,
        penalty=charge.penalty if charge else None,
        paid=paid,
        to_pay=bill.amount if bill else None,
        balance=bill.balance if bill else None,
    )


def _volumes(session: Session, wanted: list[UUID]) -> dict[UUID, Fraction]:
    """Exact kWh of each charge's own month."""
    sums: dict[UUID, Fraction] = defaultdict(Fraction)
    for charge, volume in table.volumes(session, wanted) if wanted else ():
        sums[charge] += Fraction(volume)
    return sums


def _months_before(period: Period, months: int) -> Period:
    year, month = divmod(period.year * 12 + period.month - 1 - months, 12)
    return Period(year, month + 1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), MOSCOW).astimezone(UTC)
