"""Bills as people look at them: the archive, and one bill explained line by line (product E4, H1)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from services.billing.document import facts
from services.billing.document.amounts import plain
from services.billing.document.reasons import estimate_sentence
from services.billing.document.wording import line_title, range_text, three_zones, working_sentence
from services.billing.handlers import compared, paper
from services.billing.handlers.accounts import known_account
from services.billing.handlers.households import Household, household_of
from services.billing.handlers.paper import Kept, Paperwork
from services.billing.models import Bill
from services.billing.repository import bills as table
from services.billing.repository import charges, ledger, tariffs
from services.common.period import Period
from services.contracts import bills as contract
from services.contracts.errors import ServiceError


def archive(session: Session, request: contract.BillsRequest, now: datetime) -> contract.Bills:
    """Every bill of the account, newest first; raises `account_unknown`."""
    known_account(session, request.account)
    kept = charges.archive(session, request.account, request.limit)
    current = _newest(kept, now)
    rows = [
        contract.BillRow(
            id=bill.id,
            period=str(Period.of(bill.period)),
            number=paper.bill_number(bill.account, Period.of(bill.period)),
            amount=bill.amount,
            published_at=bill.published_at,
            due_on=bill.due_on,
            current=bill is current,
            document=bill.charge_id is not None,
        )
        for bill in kept
    ]
    return contract.Bills(account=request.account, bills=rows)


def bill(
    session: Session, request: contract.BillRequest, paperwork: Paperwork, now: datetime
) -> contract.BillDetails:
    """The bill as on paper, each line with its reason, compared with last month and last year.

    Raises `account_unknown`; `not_found` for a period without a bill.
    """
    registered = known_account(session, request.account)
    period = Period.parse(request.period)
    behind = table.behind(session, request.account, period.first_day)
    if behind is None:
        raise ServiceError("not_found")
    newest = ledger.current_bill(session, request.account, now)
    current = newest is not None and newest.id == behind.bill.id
    if behind.charge is None:
        return _head(household_of(registered, None), behind.bill, current)
    kept = paper.kept_of(session, registered, behind, behind.charge)
    book = tariffs.book(session, kept.household.tariff_group)
    printed = paper.facts_from(kept, book, tariffs.vat(session), paperwork)
    previous, last_year = compared.both(session, kept, book)
    return _head(kept.household, kept.behind.bill, current).model_copy(
        update=_body(kept, printed) | {"previous_month": previous, "last_year": last_year}
    )


def _newest(kept: Sequence[Bill], now: datetime) -> Bill | None:
    published = [one for one in kept if one.published_at <= now]
    return max(published, key=lambda one: one.published_at, default=None)


def _head(household: Household, kept: Bill, current: bool) -> contract.BillDetails:
    """What is known of every bill, the registry's too."""
    period = Period.of(kept.period)
    return contract.BillDetails(
        id=kept.id,
        account=kept.account,
        period=str(period),
        number=paper.bill_number(kept.account, period),
        published_at=kept.published_at,
        due_on=kept.due_on,
        current=current,
        document=kept.charge_id is not None,
        to_pay=kept.amount,
        address=household.address,
        residents=household.residents,
        tariff=paper.group_words(household.tariff_group),
    )


def _body(kept: Kept, printed: facts.BillFacts) -> dict[str, object]:
    """What only a bill of ours knows."""
    return {
        "tariff": printed.payer.group,
        "way": printed.way,
        "estimated": estimate_sentence(printed) or None,
        "kwh": plain(compared.billed(kept.charge, kept.own_lines).kwh),
        "meters": [_meter(meter) for meter in printed.meters],
        "lines": _lines(kept, printed),
        "charged": printed.charged,
        "vat_percent": f"{printed.vat_percent.normalize():f}",
        "vat": printed.vat,
        "recalculations": [_recalculation(one) for one in printed.recalculations],
        "recalculated": printed.recalculated,
        "opening": printed.opening,
        "payments": [
            contract.BillPayment(on=paid.on, amount=paid.amount, channel=paid.channel)
            for paid in printed.payments
        ],
        "paid": printed.paid,
        "balance": printed.balance,
        "penalty": _penalty(printed.penalty),
        "read_until": printed.read_until,
    }


def _meter(meter: facts.MeterFacts) -> contract.BillMeter:
    zones = [
        contract.BillZone(zone=use.zone, before=use.before, now=use.now, kwh=use.kwh) for use in meter.zones
    ]
    return contract.BillMeter(
        serial=meter.serial,
        digits=meter.digits,
        zones=zones,
        before_on=meter.before_on,
        before_source=meter.before_source,
        now_on=meter.now_on,
        now_source=meter.now_source,
    )


def _lines(kept: Kept, printed: facts.BillFacts) -> list[contract.BillLine]:
    three, ranges = three_zones(printed), printed.payer.ranges
    told = zip(printed.all_lines, kept.printed_lines, paper.sentences(kept, printed), strict=True)
    return [
        contract.BillLine(
            title=line_title(line, three),
            basis=line.basis,
            zone=line.zone,
            range=line.range,
            range_text=range_text(line.range, ranges) if ranges and line.basis != "common_house" else "",
            first=line.first,
            last=line.last,
            volume=plain(line.volume),
            price=f"{line.rub.normalize():f}",
            amount=line.amount,
            explanation=sentence,
            act=row.act,
        )
        for line, row, sentence in told
    ]


def _recalculation(one: facts.Recalculation) -> contract.BillRecalculation:
    return contract.BillRecalculation(
        period=str(one.month),
        reason=one.reason,
        kwh_before=plain(one.kwh_before),
        before=one.before,
        kwh_after=plain(one.kwh_after),
        after=one.after,
        amount=one.amount,
    )


def _penalty(late: facts.PenaltyFacts) -> contract.BillPenalty:
    workings = [
        contract.PenaltyWorking(
            due_on=line.due_on,
            first=line.first,
            last=line.last,
            days=line.days,
            debt=line.kopecks,
            percent=f"{line.percent.normalize():f}",
            part=str(line.part),
            amount=line.amount,
            explanation=working_sentence(line),
        )
        for line in late.workings
    ]
    return contract.BillPenalty(
        opening=late.opening, accrued=late.accrued, paid=late.paid, balance=late.balance, workings=workings
    )
