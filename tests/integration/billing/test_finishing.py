"""The last two batches of a closing are done at the same moment, by two workers."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from deploy.demo.visitor import eventually
from deploy.local.databases import session_at
from deploy.local.system import LocalSystem
from services.billing.models import Closing, ClosingBatch
from services.billing.repository import closing as table
from services.common.clock import real_now

LONG_AGO = date(1999, 1, 1)
WAITING = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%closings%'"
NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)


@pytest.fixture
def billing(system: LocalSystem) -> str:
    return system.urls.databases["billing"]


@pytest.fixture
def run(billing: str) -> Iterator[UUID]:
    """A closing of two batches without accounts, of a month that no other test knows."""
    made = Closing(
        id=uuid4(),
        period=LONG_AGO,
        dry=False,
        state="charging",
        started_at=NOW,
        due_on=LONG_AGO,
        accounts=0,
    )
    with session_at(billing) as session:
        session.add(made)
        session.flush()
        session.add_all(
            # Asked a moment ago: the running workers leave them alone.
            ClosingBatch(closing_id=made.id, number=number, accounts=[], state="asked", asked_at=real_now())
            for number in (0, 1)
        )
        session.flush()
        run = made.id
    yield run
    with session_at(billing) as session:
        session.execute(delete(ClosingBatch).where(ClosingBatch.closing_id == run))
        session.execute(delete(Closing).where(Closing.id == run))


def finish(session: Session, run: UUID, number: int) -> bool:
    own = (ClosingBatch.closing_id == run, ClosingBatch.number == number)
    session.execute(update(ClosingBatch).where(*own).values(state="done"))
    return table.finish_if_done(session, run, NOW)


def test_the_later_of_two_last_batches_finishes_the_closing(billing: str, run: UUID) -> None:
    def second() -> bool:
        with session_at(billing) as session:
            return finish(session, run, 1)

    def waits() -> object:
        with session_at(billing) as session:
            return session.scalar(text(WAITING))

    with ThreadPoolExecutor(1) as pool:
        with session_at(billing) as session:
            assert not finish(session, run, 0)
            later = pool.submit(second)
            eventually(waits, "the second batch waits for the first")
        assert later.result(10)
    with session_at(billing) as session:
        assert session.scalar(select(Closing.state).where(Closing.id == run)) == "done"
