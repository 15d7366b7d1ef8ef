"""Months charged in billing's own database, in a transaction of a test: what readings answered becomes bills."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.billing import models
from services.billing.document.facts import BillFacts
from services.billing.handlers import accounts, closing, paper
from services.billing.settings import KALUGA as KALUGA_COMPANY
from services.common.period import Period
from services.contracts import billing
from services.contracts import closing as contract
from tests.support.billed import at

ACCOUNT = "999100001"
SEPTEMBER, OCTOBER, NOVEMBER = Period(2026, 9), Period(2026, 10), Period(2026, 11)


def begun(session: Session, period: Period, batch: Sequence[str] = (ACCOUNT,), dry: bool = False) -> UUID:
    """A closing of one batch, asked about."""
    run = models.Closing(
        id=uuid4(),
        period=period.first_day,
        dry=dry,
        state="charging",
        started_at=at("2026-11-01"),
        due_on=closing.due_on(closing.read_book(session), period),
        accounts=len(batch),
    )
    session.add(run)
    session.flush()
    session.add(models.ClosingBatch(closing_id=run.id, number=0, accounts=list(batch), state="asked"))
    session.flush()
    return run.id


def stand(value: int, day: date) -> contract.Stand:
    return contract.Stand(values=[value], taken_on=day, counts_on=day, source="customer")


def metered(kwh: int, after: Period, until: Period, account: str = ACCOUNT) -> contract.AccountConsumption:
    use = contract.MeterUse(
        meter_id=uuid4(),
        serial="N 1",
        form=1,
        digits=5,
        before=stand(1000, after.last_day),
        now=stand(1000 + kwh, until.last_day),
        kwh=[kwh],
    )
    return contract.AccountConsumption(account=account, answer="metered", form=1, meters=[use])


def silent(account: str = ACCOUNT) -> contract.AccountConsumption:
    """A working meter of which nothing was told; a hundred kWh a month before."""
    past = [
        contract.PastUse(form=1, kwh=[100], after=month.previous.last_day, until=month.last_day)
        for month in (Period(2026, number) for number in range(8, 1, -1))
    ]
    return contract.AccountConsumption(account=account, answer="no_reading", form=1, past=past)


def close(
    session: Session, period: Period, *answers: contract.AccountConsumption, day: str, dry: bool = False
) -> UUID:
    run = begun(session, period, [answer.account for answer in answers], dry)
    told = contract.ConsumptionTold(run=run, period=str(period), batch=0, accounts=list(answers))
    closing.charge_batch(session, told, closing.read_book(session), at(day))
    session.flush()
    return run


def bill(session: Session, period: Period, account: str = ACCOUNT) -> models.Bill:
    found = select(models.Bill).where(models.Bill.account == account, models.Bill.period == period.first_day)
    return session.scalars(found).one()


def state(session: Session, day: str) -> billing.AccountState:
    return accounts.account_state(session, billing.AccountRequest(account=ACCOUNT), at(day))


def on_paper(session: Session, period: Period) -> BillFacts:
    """The bill's facts, which refuse to contradict each other."""
    session.flush()
    return paper.facts_of(session, ACCOUNT, period, paper.Paperwork(KALUGA_COMPANY, 25))


def pay(session: Session, kopecks: int, day: str, account: str = ACCOUNT) -> None:
    session.add(
        models.Posting(
            id=uuid4(),
            account=account,
            debit="acquirer",
            credit="receivable",
            amount=kopecks,
            source=f"payment:{uuid4()}",
            reverses=None,
            occurred_at=at(day),
            posted_at=at(day),
        )
    )
    session.flush()
