"""A bill's paper from its tables: what was kept at the closing, in the shape that the document wants."""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from sqlalchemy.orm import Session

from services.billing.document import facts
from services.billing.document.explaining import line_sentences
from services.billing.domain import penalty
from services.billing.domain.tariffs import ZONES, TariffBook, Zone
from services.billing.handlers.accounts import known_account
from services.billing.handlers.households import Household, household_of
from services.billing.models import Account, Bill, Charge, ChargeLine, PenaltyLine, Posting
from services.billing.repository import bills, tariffs
from services.billing.repository.bills import Behind
from services.common.clock import moscow_date
from services.common.period import Period
from services.common.retailer import Retailer
from services.contracts.errors import ServiceError

_GROUPS: Final = {
    "urban_gas": "городское население, газовая плита",
    "urban_electric": "городское население, электроплита",
    "rural": "сельское население",
}
_CHANNELS: Final[dict[str, facts.Channel]] = {"acquirer": "cabinet", "bank": "bank", "post": "post"}
_REASONS: Final = {
    "no_reading": "Показания не переданы",
    "faulty": "Счётчик неисправен, снят или не поверен",
    "supplier_meter": "Счётчик неисправен, заменить его должны мы",
    "no_access": "Контролёра не пустили к счётчику, о чём составлен акт",
    "no_meter": "Счётчика нет",
    "no_meter_possible": "Счётчика нет, хотя поставить его можно",
}
_MONEY: Final = ("payment", "penalty-payment", "refund", "penalty-refund")
_READ: Final = "Появились показания: расход месяца посчитан по ним."
_RECALCULATED: Final = {
    "control": "Контролёр снял показания: расход месяца посчитан по ним.",
    "customer": "Вы передали показания: расход месяца посчитан по ним.",
}
_AVERAGE = re.compile(r"average of (\d+)")


@dataclass(frozen=True)
class Paperwork:
    """What paper says beside the account's own facts: the retailer, and the last day for the next readings."""

    retailer: Retailer
    window_end_day: int


@dataclass(frozen=True)
class Kept:
    """What is kept of a bill of ours: the account, the bill with its charge, the bill before, money between."""

    household: Household
    behind: Behind
    charge: Charge
    before: Bill | None
    moves: Sequence[Posting]

    @property
    def period(self) -> Period:
        return Period.of(self.charge.period)

    @property
    def own_lines(self) -> list[ChargeLine]:
        """What the household is charged: no reversals and corrections of earlier months."""
        return [line for line in self.behind.lines if line.kind in ("charge", "interference")]

    @property
    def common_lines(self) -> list[ChargeLine]:
        """Its part of the house's common needs."""
        return [line for line in self.behind.lines if line.kind == "common_house"]

    @property
    def printed_lines(self) -> list[ChargeLine]:
        """In the order of paper."""
        return [*self.own_lines, *self.common_lines]


def facts_of(session: Session, account: str, period: Period, paperwork: Paperwork) -> facts.BillFacts:
    """Everything on a period's bill. Raises `account_unknown`; `not_found` without a bill of ours for the period."""
    return _read(session, account, period, paperwork)[1]


def explained(session: Session, account: str, period: Period, paperwork: Paperwork) -> list[str]:
    """A sentence a printed line, as the customer reads it; raises what `facts_of` does."""
    kept, printed = _read(session, account, period, paperwork)
    return sentences(kept, printed)


def sentences(kept: Kept, printed: facts.BillFacts) -> list[str]:
    return line_sentences(printed, [line.source for line in kept.printed_lines])


def _read(
    session: Session, account: str, period: Period, paperwork: Paperwork
) -> tuple[Kept, facts.BillFacts]:
    registered = known_account(session, account)
    behind = bills.behind(session, account, period.first_day)
    if behind is None or behind.charge is None:
        raise ServiceError("not_found")
    kept = kept_of(session, registered, behind, behind.charge)
    book = tariffs.book(session, kept.household.tariff_group)
    return kept, facts_from(kept, book, tariffs.vat(session), paperwork)


def kept_of(session: Session, registered: Account, behind: Behind, charge: Charge) -> Kept:
    """A bill of ours with what came in since the bill before it."""
    bill = behind.bill
    before = bills.before(session, bill.account, bill.period)
    moves = bills.postings(session, bill.account, before.published_at if before else None, bill.published_at)
    return Kept(household_of(registered, charge), behind, charge, before, moves)


def facts_from(
    kept: Kept, book: TariffBook, vat: Sequence[penalty.DatedRate], paperwork: Paperwork
) -> facts.BillFacts:
    """What is kept, in the shape of paper."""
    bill, charge, period, before = kept.behind.bill, kept.charge, kept.period, kept.before
    payments, late_paid = _payments(kept.moves)
    unseen = (bill.paid or 0) + late_paid - sum(payment.amount for payment in payments)
    if unseen:
        # It came before the last bill, and was known only after: paid all the same.
        since = moscow_date(before.published_at) if before else moscow_date(bill.published_at)
        payments = [facts.Paid(since, unseen, "other"), *payments]
    late = facts.PenaltyFacts(
        opening=(bill.penalty or 0) - charge.penalty + late_paid,
        workings=[_working(line) for line in kept.behind.penalty],
        paid=late_paid,
    )
    return facts.BillFacts(
        number=bill_number(bill.account, period),
        period=period,
        issued_on=moscow_date(bill.published_at),
        due_on=bill.due_on,
        retailer=paperwork.retailer,
        payer=_payer(kept.household, charge, book.thresholds(kept.household.tariff_group, period)),
        way=charge.way,  # type: ignore[arg-type]
        meters=[_meter(meter) for meter in charge.meters],
        lines=[_line(line) for line in kept.own_lines],
        vat_percent=_vat(vat, period),
        opening=bill.opening or 0,
        payments=payments,
        charged=charge.charged,
        balance=bill.balance or 0,
        to_pay=bill.amount,
        estimated=None if charge.way == "meter" else _estimated(charge, kept.household),
        recalculations=_recalculations(kept.behind),
        common_house=_common_house(kept),
        penalty=late,
        read_until=_read_until(charge, period, paperwork),
        automatic=any(meter["now"]["source"] == "automatic" for meter in charge.meters),
    )


def bill_number(account: str, period: Period) -> str:
    return f"{account}-{period.year}{period.month:02d}"


def tariff_words(group: str, forms: Collection[int]) -> str:
    """`городское население, газовая плита, одна зона`."""
    zones = {1: "одна зона", 2: "две зоны", 3: "три зоны"}[max(forms, default=1)]
    return f"{group_words(group)}, {zones}"


def group_words(group: str) -> str:
    return _GROUPS.get(group, group)


def _payments(moves: Sequence[Posting]) -> tuple[list[facts.Paid], int]:
    """Payments and refunds, the parts of one payment together; and how much of them went to the penalty."""
    found: dict[str, facts.Paid] = {}
    late = 0
    for move in moves:
        kind, _, name = move.source.partition(":")
        if kind not in _MONEY:
            continue
        back = kind.endswith("refund")
        amount = -move.amount if back else move.amount
        late += amount if kind.startswith("penalty-") else 0
        side = move.credit if back else move.debit
        before = found[name].amount if name in found else 0
        on = moscow_date(move.occurred_at)
        found[name] = facts.Paid(on, before + amount, _CHANNELS.get(side, "other"))
    return list(found.values()), late


def _payer(household: Household, charge: Charge, ranges: Sequence[int]) -> facts.Payer:
    forms = {meter["form"] for meter in charge.meters} or {use["form"] for use in charge.uses}
    return facts.Payer(
        account=household.account,
        address=f"{household.postcode}, {household.address}",
        residents=household.residents,
        group=tariff_words(household.tariff_group, forms),
        ranges=ranges,
        area_m2=household.area_m2,
    )


def _meter(kept: Mapping[str, Any]) -> facts.MeterFacts:
    before, now = kept["before"], kept["now"]
    zones: tuple[Zone, ...] = ZONES[kept["form"]]
    shown = zip(zones, before["values"], now["values"], kept["kwh"], strict=True)
    return facts.MeterFacts(
        serial=kept["serial"],
        model="",
        digits=kept["digits"],
        zones=[facts.ZoneUse(zone, was, is_now, kwh) for zone, was, is_now, kwh in shown],
        before_on=date.fromisoformat(before["taken_on"]),
        before_source=before["source"],
        now_on=date.fromisoformat(now["taken_on"]),
        now_source=now["source"],
    )


def _line(kept: ChargeLine) -> facts.ChargeLine:
    return facts.ChargeLine(
        kept.basis,  # type: ignore[arg-type]
        kept.zone,  # type: ignore[arg-type]
        kept.range,
        kept.first,
        kept.last,
        Fraction(kept.volume),
        kept.rub,
        kept.amount,
        note=kept.source if kept.basis == "interference" else "",
    )


def _common_house(kept: Kept) -> facts.CommonHouse | None:
    """A part of the house's common needs; None when the house is not billed directly."""
    told = kept.charge.common_house
    if told is None:
        return None
    volumes = {name: told[name] and Fraction(told[name]) for name in ("house", "others", "flats")}
    return facts.CommonHouse(
        known=told["known"],
        needs_kwh=Fraction(told["needs"]),
        area_m2=Decimal(told["area_m2"]),
        house_area_m2=Decimal(told["house_area_m2"]),
        lines=[_line(line) for line in kept.common_lines],
        house_kwh=volumes["house"],
        others_kwh=volumes["others"],
        flats_kwh=volumes["flats"],
        norm_kwh_m2=told["norm_kwh_m2"] and Decimal(told["norm_kwh_m2"]),
        common_m2=Decimal(told["common_m2"]),
        act=told["act"],
    )


def _estimated(charge: Charge, household: Household) -> facts.Estimated:
    first = charge.uses[0]
    reason = _REASONS[charge.situation or ("no_reading" if charge.estimated else "no_meter")]
    if charge.way == "average":
        months = _AVERAGE.match(first["source"])
        return facts.Estimated(reason, charge.estimated, months=int(months.group(1)) if months else 0)
    people = max(household.residents, 1)
    kwh = [sum(map(Fraction, use["kwh"]), Fraction(0)) for use in charge.uses]
    factor = 1 + sum(kwh[1:], Fraction(0)) / kwh[0] if kwh[0] else Fraction(1)
    return facts.Estimated(
        reason,
        charge.estimated,
        kwh_a_person=_decimal(kwh[0] / people),
        residents=people,
        act=first["source"],
        factor=_decimal(factor),
    )


def _recalculations(behind: Behind) -> list[facts.Recalculation]:
    """Earlier months priced anew: what was taken back, and what was put instead."""
    told = {meter["now"]["source"] for meter in behind.charge.meters} if behind.charge else set()
    reason = next((_RECALCULATED[source] for source in _RECALCULATED if source in told), _READ)
    months: dict[date, dict[str, list[ChargeLine]]] = defaultdict(lambda: defaultdict(list))
    for line in behind.lines:
        if line.kind in ("reversal", "correction"):
            months[line.month][line.kind].append(line)
    return [
        facts.Recalculation(
            month=Period.of(month),
            reason=reason,
            kwh_before=-_volume(kinds["reversal"]),
            before=-sum(line.amount for line in kinds["reversal"]),
            kwh_after=_volume(kinds["correction"]),
            after=sum(line.amount for line in kinds["correction"]),
        )
        for month, kinds in sorted(months.items())
    ]


def _working(line: PenaltyLine) -> penalty.PenaltyLine:
    return penalty.PenaltyLine(
        line.due_on, line.first, line.last, line.kopecks, line.percent, Fraction(line.part), line.amount
    )


def _read_until(charge: Charge, period: Period, paperwork: Paperwork) -> date | None:
    without = charge.way == "norm" and charge.estimated == 0
    day = min(paperwork.window_end_day, period.next.last_day.day)
    return None if without else period.next.first_day.replace(day=day)


def _vat(rates: Sequence[penalty.DatedRate], period: Period) -> Decimal:
    known = [rate for rate in rates if rate.valid_from <= period.last_day]
    newest = max(known, key=lambda rate: rate.valid_from, default=None)
    return newest.percent if newest and newest.percent is not None else Decimal(0)


def _volume(lines: Sequence[ChargeLine]) -> Fraction:
    return sum((Fraction(line.volume) for line in lines), Fraction(0))


def _decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)
