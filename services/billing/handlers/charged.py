"""Charges between their tables and the rules: exact fractions as texts, meters as the bill prints them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.billing import models
from services.billing.domain import ledger
from services.billing.domain.charge import Line, Use
from services.billing.domain.estimates import ActualMonth
from services.billing.domain.month import MonthCharge
from services.billing.domain.penalty import PenaltyLine
from services.billing.domain.recalculation import corrected
from services.billing.domain.tariffs import Price
from services.billing.handlers import households
from services.billing.handlers.houses import Share
from services.billing.repository import closing as table
from services.billing.repository.closing import Row, Standing
from services.common.period import Period
from services.contracts import closing as contract

_REPLACING: Final = ("reversal", "correction")
"""Kinds of lines that change what an earlier month stands for."""


@dataclass(frozen=True)
class Billed:
    """What an earlier month stands for now: what was used in it, and the lines that price that."""

    uses: Sequence[Use]
    lines: Sequence[Line]


def billed_since(session: Session, accounts: Mapping[str, date]) -> dict[str, dict[Period, Billed]]:
    """Earlier months of accounts, each since a month of its own, as the latest charge left them.

    A month that was closed without charging the account stands for nothing: the reading that follows charges it.
    """
    found: dict[str, dict[Period, Billed]] = {}
    for account, skipped in table.skipped(session, accounts):
        found.setdefault(account, {})[Period.of(skipped)] = Billed((), ())
    for charge, lines in table.charges_since(session, accounts):
        months = found.setdefault(charge.account, {})
        shown = [use_of(contract.MeterUse.model_validate(meter)) for meter in charge.meters]
        period = Period.of(charge.period)
        stands = corrected(period, shown, {month: billed.uses for month, billed in months.items()})
        replaced = {Period.of(line.month) for line in lines if line.kind in _REPLACING}
        for month in replaced & months.keys() & stands.keys():
            months[month] = Billed(stands[month], _of_month(lines, month, "correction"))
        months[period] = Billed([_use(use) for use in charge.uses], _of_month(lines, period, "charge"))
    return found


def _of_month(lines: Sequence[models.ChargeLine], month: Period, kind: str) -> list[Line]:
    return [_line(line) for line in lines if line.kind == kind and Period.of(line.month) == month]


def use_of(meter: contract.MeterUse) -> Use:
    """What a meter showed since its last actual reading."""
    kwh = tuple(Fraction(value) for value in meter.kwh)
    return Use("meter", meter.serial, meter.form, kwh, meter.before.counts_on, meter.now.counts_on)


def actual_months(past: Sequence[contract.PastUse]) -> list[ActualMonth]:
    """Months that lie wholly in what meters showed, kWh by zone spread evenly over days."""
    months: dict[tuple[Period, int], list[Fraction]] = {}
    days: dict[tuple[Period, int], int] = {}
    for use in past:
        for month in _months(use.after, use.until):
            first, last = max(use.after, month.previous.last_day), min(use.until, month.last_day)
            part = (last - first).days
            share = Fraction(part, (use.until - use.after).days)
            kept = months.setdefault((month, use.form), [Fraction(0)] * use.form)
            months[month, use.form] = [zone + kwh * share for zone, kwh in zip(kept, use.kwh, strict=True)]
            days[month, use.form] = days.get((month, use.form), 0) + part
    return [
        ActualMonth(month, form, tuple(kwh))
        for (month, form), kwh in months.items()
        if days[month, form] == month.last_day.day
    ]


def to_pay(standing: Standing, month: MonthCharge, penalty: int) -> int:
    """The bill's amount: the main balance with this charge, not below zero, and the penalty apart."""
    balance = standing.balance + month.charged + month.recalculated
    return max(balance, 0) + max(standing.penalty + penalty, 0)


def rows_of(
    standing: Standing,
    answer: contract.AccountConsumption,
    month: MonthCharge,
    penalty: Sequence[PenaltyLine],
    estimated: int,
    situation: str | None,
    share: Share | None,
    closing: models.Closing,
    period: Period,
    now: datetime,
) -> Iterator[Row]:
    """An account's charge with its lines, postings and bill, as rows: too many to be objects of the models."""
    charge_id = ledger.charge_id(standing.account, period)
    late = sum(line.amount for line in penalty)
    charged, recalculated = month.charged, month.recalculated
    yield (
        models.Charge,
        {
            "id": charge_id,
            "closing_id": closing.id,
            "account": standing.account,
            "period": period.first_day,
            "way": month.way,
            "estimated": estimated,
            "uses": [_use_json(use) for use in month.uses],
            "meters": [meter.model_dump(mode="json") for meter in answer.meters],
            "charged": charged,
            "recalculated": recalculated,
            "penalty": late,
            "situation": situation,
            "common_house": share.as_json() if share else None,
            "household": households.to_keep(standing),
        },
    )
    for number, (kind, sign, line) in enumerate(_kinds(month), 1):
        yield models.ChargeLine, _line_row(charge_id, number, kind, sign, line)
    for number, working in enumerate(penalty, 1):
        yield models.PenaltyLine, _penalty_row(charge_id, number, working)
    for entry in ledger.charge_entries(charge_id, standing.account, charged, recalculated, late, now):
        yield models.Posting, vars(entry) | {"posted_at": now}
    yield (
        models.Bill,
        {
            "id": ledger.bill_id(standing.account, period),
            "account": standing.account,
            "period": period.first_day,
            "amount": to_pay(standing, month, late),
            "published_at": now,
            "due_on": closing.due_on,
            "charge_id": charge_id,
            "opening": standing.opening,
            "paid": standing.opening - standing.balance,
            "balance": standing.balance + charged + recalculated,
            "penalty": standing.penalty + late,
        },
    )


def _kinds(month: MonthCharge) -> Iterator[tuple[str, int, Line]]:
    """Every line of the charge with its kind and sign, in the order they are kept."""
    yield from (("charge", 1, line) for line in month.lines)
    yield from (("reversal", -1, line) for line in month.reversed)
    yield from (("correction", 1, line) for line in month.corrections)
    yield from ((line.basis, 1, line) for line in month.extra)


def _line_row(charge_id: UUID, number: int, kind: str, sign: int, line: Line) -> dict[str, Any]:
    return {
        "charge_id": charge_id,
        "number": number,
        "kind": kind,
        "month": line.month.first_day,
        "basis": line.basis,
        "source": line.source,
        "form": line.price.form,
        "zone": line.zone,
        "range": line.range,
        "first": line.first,
        "last": line.last,
        "volume": str(line.volume * sign),
        "rub": line.price.rub,
        "act": line.price.act,
        "amount": line.amount * sign,
    }


def _penalty_row(charge_id: UUID, number: int, line: PenaltyLine) -> dict[str, Any]:
    return {
        "charge_id": charge_id,
        "number": number,
        "due_on": line.due_on,
        "first": line.first,
        "last": line.last,
        "kopecks": line.kopecks,
        "percent": line.percent,
        "part": str(line.part),
        "amount": line.amount,
    }


def _use_json(use: Use) -> dict[str, Any]:
    return {
        "basis": use.basis,
        "source": use.source,
        "form": use.form,
        "kwh": [str(kwh) for kwh in use.kwh],
        "after": use.after.isoformat(),
        "until": use.until.isoformat(),
    }


def _use(kept: Mapping[str, Any]) -> Use:
    return Use(
        kept["basis"],
        kept["source"],
        kept["form"],
        tuple(Fraction(kwh) for kwh in kept["kwh"]),
        date.fromisoformat(kept["after"]),
        date.fromisoformat(kept["until"]),
    )


def _line(kept: models.ChargeLine) -> Line:
    """A kept line as the rules know it; of its price what the line carries."""
    price = Price("", kept.form, kept.zone, kept.range, kept.first, kept.rub, kept.act)  # type: ignore[arg-type]
    return Line(
        Period.of(kept.month),
        kept.basis,  # type: ignore[arg-type]
        kept.source,
        kept.zone,  # type: ignore[arg-type]
        kept.range,
        kept.first,
        kept.last,
        Fraction(kept.volume),
        price,
        kept.amount,
    )


def _months(after: date, until: date) -> list[Period]:
    month = Period.of(after).next if after == Period.of(after).last_day else Period.of(after)
    months = []
    while month.first_day <= until:
        months.append(month)
        month = month.next
    return months
