"""Months charged for a test's account: a closing of one batch, with what readings would have answered."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from services.billing import models
from services.billing.domain.tariffs import ZONES
from services.billing.handlers import closing
from services.common.period import Period
from services.contracts import closing as contract


def at(day: str, hour: int = 12) -> datetime:
    return datetime.fromisoformat(f"{day}T{hour:02d}:00:00").replace(tzinfo=UTC)


def add_account(session: Session, account: str, group: str = "urban_gas", residents: int = 2) -> None:
    session.execute(
        text("INSERT INTO accounts VALUES (:a, 'Калуга', 'ул. Мира', '1', '1', '248000', :r, :g, NULL, :p)"),
        {"a": account, "r": residents, "g": group, "p": uuid4()},
    )


def metered(
    account: str, kwh: Sequence[int], after: Period, until: Period, start: int = 1000
) -> contract.AccountConsumption:
    """A meter with a zone for each of `kwh`, read by the customer on the 23rd."""
    before = contract.Stand(
        values=[start] * len(kwh),
        taken_on=after.first_day.replace(day=23),
        counts_on=after.last_day,
        source="customer",
    )
    now = contract.Stand(
        values=[start + used for used in kwh],
        taken_on=until.first_day.replace(day=23),
        counts_on=until.last_day,
        source="customer",
    )
    use = contract.MeterUse(
        meter_id=uuid4(),
        serial="00712345",
        form=len(kwh),
        digits=5,
        before=before,
        now=now,
        kwh=list(kwh),
    )
    assert len(ZONES[len(kwh)]) == len(kwh)
    return contract.AccountConsumption(account=account, answer="metered", form=len(kwh), meters=[use])


def silent(account: str, period: Period, kwh: int = 100) -> contract.AccountConsumption:
    """A working meter of which nothing was told; so many kWh a month in the six before."""
    past, month = [], period.previous
    for _ in range(6):
        past.append(contract.PastUse(form=1, kwh=[kwh], after=month.previous.last_day, until=month.last_day))
        month = month.previous
    return contract.AccountConsumption(account=account, answer="no_reading", form=1, past=past)


def unmetered(account: str) -> contract.AccountConsumption:
    return contract.AccountConsumption(account=account, answer="no_meter")


def close(session: Session, period: Period, *answers: contract.AccountConsumption, day: str) -> None:
    """Charge and bill these accounts for the month on this day, beside those that already are."""
    found = select(models.Closing).where(models.Closing.period == period.first_day, ~models.Closing.dry)
    run = session.scalars(found).first()
    if run is None:
        run = models.Closing(
            id=uuid4(),
            period=period.first_day,
            dry=False,
            state="charging",
            started_at=at(day),
            due_on=closing.due_on(closing.read_book(session), period),
            accounts=len(answers),
        )
        session.add(run)
        session.flush()
    number = len(session.scalars(select(models.ClosingBatch).filter_by(closing_id=run.id)).all())
    accounts = [answer.account for answer in answers]
    session.add(models.ClosingBatch(closing_id=run.id, number=number, accounts=accounts, state="asked"))
    session.flush()
    told = contract.ConsumptionTold(run=run.id, period=str(period), batch=number, accounts=list(answers))
    closing.charge_batch(session, told, closing.read_book(session), at(day))
    session.flush()
    refused = select(models.ClosingProblem.reason).where(models.ClosingProblem.account.in_(accounts))
    assert session.scalars(refused).all() == []


def forget_closings(session: Session, accounts: Sequence[str]) -> None:
    """Take back all but the postings, which nobody can."""
    charges = select(models.Charge.id).where(models.Charge.account.in_(accounts)).scalar_subquery()
    runs = set(session.scalars(select(models.Charge.closing_id).where(models.Charge.account.in_(accounts))))
    bills = (models.Bill.account.in_(accounts)) & models.Bill.charge_id.is_not(None)
    session.execute(delete(models.Bill).where(bills))
    for table in (models.ChargeLine, models.PenaltyLine):
        session.execute(delete(table).where(table.charge_id.in_(charges)))
    session.execute(delete(models.Charge).where(models.Charge.account.in_(accounts)))
    for table in (models.ClosingBatch, models.ClosingProblem):
        session.execute(delete(table).where(table.closing_id.in_(runs)))
    session.execute(delete(models.Closing).where(models.Closing.id.in_(runs)))


def pay(
    session: Session, account: str, kopecks: int, day: str, channel: str = "acquirer", hour: int = 12
) -> UUID:
    """A payment in the ledger; gives its id."""
    payment = uuid4()
    _post(session, account, channel, "receivable", kopecks, f"payment:{payment}", at(day, hour))
    return payment


def refund(session: Session, account: str, kopecks: int, day: str) -> None:
    _post(session, account, "receivable", "acquirer", kopecks, f"refund:{uuid4()}", at(day))


def _post(
    session: Session, account: str, debit: str, credit: str, amount: int, source: str, moment: datetime
) -> None:
    session.add(
        models.Posting(
            id=uuid4(),
            account=account,
            debit=debit,
            credit=credit,
            amount=amount,
            source=source,
            reverses=None,
            occurred_at=moment,
            posted_at=moment,
        )
    )
    session.flush()
