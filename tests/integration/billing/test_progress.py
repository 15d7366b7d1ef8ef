"""SREs see how far a closing is: the one that runs, else the last one."""

from uuid import UUID, uuid4

from prometheus_client import REGISTRY
from sqlalchemy.orm import Session

from services.billing import models
from services.billing.handlers import closing
from services.common.period import Period
from tests.support.billed import at


def shown(session: Session) -> tuple[float | None, ...]:
    """Batches done and waiting, accounts in all and charged, problems."""
    session.flush()
    closing.tell_progress(session)
    return tuple(
        REGISTRY.get_sample_value(f"svet_closing_{name}", {"state": state} if state else {})
        for name, state in (
            ("batches", "done"),
            ("batches", "waiting"),
            ("accounts", "all"),
            ("accounts", "charged"),
            ("problems", ""),
        )
    )


def a_closing(session: Session, period: Period, state: str, accounts: int) -> UUID:
    started = at(f"{period.next}-01")
    run = models.Closing(
        id=uuid4(),
        period=period.first_day,
        dry=False,
        state=state,
        started_at=started,
        due_on=period.next.last_day,
        accounts=accounts,
    )
    session.add(run)
    session.flush()
    return run.id


def batch(session: Session, run: UUID, number: int, state: str, charged: int | None) -> None:
    totals = None if charged is None else dict.fromkeys(closing.table.TOTALS, charged)
    session.add(models.ClosingBatch(closing_id=run, number=number, accounts=[], state=state, totals=totals))


def test_the_closing_that_runs_is_shown_before_a_later_one_that_is_done(books: Session) -> None:
    run = a_closing(books, Period(2096, 10), "charging", 30)
    for number, (state, charged) in enumerate([("done", 9), ("asked", None), ("waiting", None)]):
        batch(books, run, number, state, charged)
    books.add(models.ClosingProblem(closing_id=run, account="999100001", reason="no price"))
    later = a_closing(books, Period(2096, 11), "done", 7)
    batch(books, later, 0, "done", 7)
    assert shown(books) == (1, 2, 30, 9, 1)
    books.get_one(models.Closing, run).state = "done"
    assert shown(books) == (1, 0, 7, 7, 0)
