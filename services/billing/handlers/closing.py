"""Closing a month: a batch's answer becomes charges, postings and bills, in one transaction."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from services.billing import metrics, models
from services.billing.domain import ledger
from services.billing.domain.acts import Act, situation_of
from services.billing.domain.charge import Use
from services.billing.domain.due import DueDay, due_date
from services.billing.domain.estimates import EstimateRules, Household, Situation
from services.billing.domain.month import Known, MonthCharge, Rules, charge
from services.billing.domain.penalty import PenaltyLine, Rates
from services.billing.domain.tariffs import Unchargeable
from services.billing.handlers import charged, houses, lateness
from services.billing.repository import closing as table
from services.billing.repository import houses as house_table
from services.billing.repository import tariffs
from services.billing.repository.closing import Standing
from services.chassis import crash
from services.chassis.outbox import emit
from services.common.period import Period
from services.contracts import billing
from services.contracts import closing as contract

log = logging.getLogger(__name__)
_BOOK_KEPT: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Book:
    """Every dated number that a closing needs, read once."""

    rules: Rules
    rates: Rates
    due_days: Sequence[DueDay]


@dataclass(frozen=True)
class Done:
    """What became of an account: its charge and the penalty, not yet written."""

    standing: Standing
    answer: contract.AccountConsumption
    month: MonthCharge
    estimated: int
    situation: Situation | None
    """Why there was no reading."""
    penalty: Sequence[PenaltyLine]
    share: houses.Share | None = None

    @property
    def late(self) -> int:
        return sum(line.amount for line in self.penalty)


def read_book(session: Session) -> Book:
    rules = Rules(tariffs.book(session), tariffs.norms(session), EstimateRules())
    return Book(rules, tariffs.rates(session), tariffs.due_days(session))


class Books:
    """The book of the closing that goes on, read by a process once a minute: accounts that lacked a price are tried
    again in the same run, when it has been loaded."""

    def __init__(self) -> None:
        self._known: tuple[UUID, datetime, Book] | None = None

    def of(self, session: Session, run: UUID, now: datetime) -> Book:
        if self._known is None or self._known[0] != run or now - self._known[1] > _BOOK_KEPT:
            self._known = run, now, read_book(session)
        return self._known[2]


def ask(session: Session, ahead: int, now: datetime) -> int:
    """Ask readings about the next batches, never more than `ahead` without an answer; gives how many it were."""
    asked = table.ask(session, ahead, now)
    for batch, period, dry in asked:
        wanted = contract.ConsumptionWanted(
            run=batch.closing_id,
            dry=dry,
            period=str(Period.of(period)),
            batch=batch.number,
            accounts=batch.accounts,
        )
        emit(session, billing.CONSUMPTION_WANTED, wanted)
    if asked:
        crash.point("closing_while_asking")
    return len(asked)


def tell_progress(session: Session) -> None:
    """Show SREs how far the closing is that runs, or how the last one ended; zeros while there was none."""
    closing = table.newest(session)
    batches, done, totals, problems = table.progress(session, closing.id) if closing else (0, 0, {}, 0)
    metrics.CLOSING_BATCHES.labels("done").set(done)
    metrics.CLOSING_BATCHES.labels("waiting").set(batches - done)
    metrics.CLOSING_ACCOUNTS.labels("all").set(closing.accounts if closing else 0)
    metrics.CLOSING_ACCOUNTS.labels("charged").set(totals.get("accounts", 0))
    metrics.CLOSING_PROBLEMS.set(problems)


def charge_batch(session: Session, told: contract.ConsumptionTold, book: Book, now: datetime) -> None:
    """Charge, post, bill and publish the accounts of a batch at one instant. A repeat changes nothing.

    An account that cannot be charged rightly is listed with the reason; the others go on.
    """
    taken = table.take(session, told.run, told.batch)
    if taken is None:
        return
    closing, batch = taken
    period = Period.of(closing.period)
    standings = table.standings(session, batch.accounts, closing.period)
    done, problems = _charged(session, standings, told, period, book, now)
    crash.point("closing_before_writing")
    if not closing.dry:
        _keep(session, closing, done, now)
        crash.point("closing_after_writing")
        _tell(session, told, done, closing.due_on)
    table.problems(session, closing.id, problems)
    batch.state, batch.totals = "done", _totals(done)
    if table.finish_if_done(session, closing.id, now):
        crash.point("closing_while_finishing")


def _charged(
    session: Session,
    standings: Sequence[Standing],
    told: contract.ConsumptionTold,
    period: Period,
    book: Book,
    now: datetime,
) -> tuple[list[Done], dict[str, str]]:
    answers = {answer.account: answer for answer in told.accounts}
    acts = house_table.acts(session, [standing.account for standing in standings])
    before = charged.billed_since(session, _touched(answers.values(), period))
    penalties = lateness.penalties(session, standings, book.rates, now)
    done: list[Done] = []
    problems: dict[str, str] = {}
    for standing in standings:
        account, answer = standing.account, answers[standing.account]
        try:
            situation = _situation(answer, acts.get(account, ()), period)
            month = _month(
                standing,
                answer,
                situation,
                acts.get(account, ()),
                before.get(account, {}),
                period,
                book,
            )
            late = penalties.get(account, ())
            if isinstance(late, Unchargeable):
                raise late
        except Unchargeable as reason:
            problems[account] = str(reason)
            continue
        except Exception as fault:
            # Ours, or data that nobody thought of: it stops this account, and the log says where it was.
            log.exception(
                "an account could not be charged", extra={"run": str(told.run), "batch": told.batch}
            )
            problems[account] = f"fault: {type(fault).__name__}"
            continue
        estimated = 0 if month.way == "meter" or answer.answer == "no_meter" else standing.estimated + 1
        done.append(Done(standing, answer, month, estimated, situation, late))
    return _with_common_needs(session, standings, done, problems, period, book)


def _with_common_needs(
    session: Session,
    standings: Sequence[Standing],
    done: Sequence[Done],
    problems: dict[str, str],
    period: Period,
    book: Book,
) -> tuple[list[Done], dict[str, str]]:
    """Parts of houses that are billed directly; where a house's needs cannot be told, nobody of it is charged."""
    months = {one.standing.account: one.month for one in done}
    shares = houses.shares(session, standings, months, period, book.rules)
    kept = []
    for one in done:
        share = shares.get(one.standing.account)
        if isinstance(share, Unchargeable):
            problems[one.standing.account] = str(share)
        elif share is None:
            kept.append(one)
        else:
            month = replace(one.month, extra=[*one.month.extra, *share.lines])
            kept.append(replace(one, month=month, share=share))
    return kept, problems


def _touched(answers: Iterable[contract.AccountConsumption], period: Period) -> dict[str, date]:
    """Accounts whose meters tell of earlier months, with the first of these."""
    found: dict[str, date] = {}
    for answer in answers:
        since = min((meter.before.counts_on for meter in answer.meters), default=period.last_day)
        first = Period.of(since + timedelta(days=1))
        if answer.answer == "metered" and first < period:
            found[answer.account] = first.first_day
    return found


def _situation(answer: contract.AccountConsumption, acts: Sequence[Act], period: Period) -> Situation | None:
    """Why there is no reading; None when there is one. Raises Unchargeable."""
    if answer.answer == "problem":
        raise Unchargeable(answer.problem or "problem")
    return None if answer.answer == "metered" else situation_of(answer.answer, acts, period)


def _month(
    standing: Standing,
    answer: contract.AccountConsumption,
    situation: Situation | None,
    acts: Sequence[Act],
    before: Mapping[Period, charged.Billed],
    period: Period,
    book: Book,
) -> MonthCharge:
    known = Known(
        Household(
            standing.tariff_group,
            standing.residents,
            situation or "no_reading",
            standing.estimated,
            charged.actual_months(answer.past),
        ),
        fresh=[charged.use_of(meter) for meter in answer.meters] if answer.answer == "metered" else [],
        billed={month: billed.uses for month, billed in before.items()},
        lines={month: billed.lines for month, billed in before.items()},
        acts=acts,
    )
    return charge(known, period, book.rules)


def _keep(session: Session, closing: models.Closing, done: Sequence[Done], now: datetime) -> None:
    period = Period.of(closing.period)
    table.write(
        session,
        (
            row
            for one in done
            for row in charged.rows_of(
                one.standing,
                one.answer,
                one.month,
                one.penalty,
                one.estimated,
                one.situation,
                one.share,
                closing,
                period,
                now,
            )
        ),
    )


def _tell(session: Session, told: contract.ConsumptionTold, done: Sequence[Done], due_on: date) -> None:
    period = Period.parse(told.period)
    bills = [
        contract.PublishedBill(
            bill_id=ledger.bill_id(one.standing.account, period),
            account=one.standing.account,
            amount=charged.to_pay(one.standing, one.month, one.late),
            due_on=due_on,
        )
        for one in done
    ]
    estimates = [
        contract.Estimate(
            account=one.standing.account,
            basis="average" if one.month.way == "average" else "norm",
            form=one.month.uses[0].form,
            kwh=[str(kwh) for kwh in _volumes(one.month.uses)],
        )
        for one in done
        if one.month.way != "meter"
    ]
    named = {"run": told.run, "period": told.period, "batch": told.batch}
    if bills:
        emit(
            session, billing.BILLS_PUBLISHED, contract.BillsPublished.model_validate(named | {"bills": bills})
        )
    if estimates:
        made = contract.EstimatesMade.model_validate(named | {"estimates": estimates})
        emit(session, billing.ESTIMATES_MADE, made)


def _volumes(uses: Sequence[Use]) -> list[Fraction]:
    """kWh by zone of the estimate, what raises the norm included."""
    return [sum(zone, Fraction(0)) for zone in zip(*(use.kwh for use in uses), strict=True)]


def _totals(done: Sequence[Done]) -> dict[str, int]:
    return {
        "accounts": len(done),
        "estimated": sum(one.month.way != "meter" for one in done),
        "charged": sum(one.month.charged for one in done),
        "recalculated": sum(one.month.recalculated for one in done),
        "penalty": sum(one.late for one in done),
    }


def due_on(book: Book, period: Period) -> date:
    """Until when the month's bills are paid. Raises MissingTariff."""
    return due_date(book.due_days, period)
