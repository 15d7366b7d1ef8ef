"""Closing a month: what readings answers, and that a closed period takes no more readings."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from deploy.demo.visitor import eventually
from deploy.local.system import LocalSystem
from services.common.period import Period
from services.contracts import billing
from services.contracts.closing import Estimate, EstimatesMade
from tests.support.closing import Closing, twentieth
from tests.support.figures import figure
from tests.support.metered import CLOSED, OPEN, Metered

Make = Callable[..., Metered]
Database = Callable[[str], "psycopg.Connection[Any]"]


@pytest.fixture
def closing(system: LocalSystem, database: Database) -> Iterator[Closing]:
    client = Closing(system.urls.brokers["gateway"], database("billing"))
    yield client
    client.close()


def opened_in(home: Metered, period: Period) -> None:
    query = "UPDATE readings SET period = %s WHERE account = %s"
    home.database.execute(query, (period.first_day, home.account))


def test_every_account_of_the_batch_is_answered_in_its_order(metered: Make, closing: Closing) -> None:
    given, silent, unmetered = metered(1000, 500), metered(600), metered()
    given.read(1100, 540, source="customer", period=OPEN, at=twentieth(OPEN))
    opened_in(silent, CLOSED.previous)
    silent.read(700, source="customer", period=CLOSED, at=twentieth(CLOSED))
    asked = [silent.account, "000000001", given.account, unmetered.account]
    answers = closing.ask(str(OPEN), *asked, dry=True)
    assert [answer.account for answer in answers] == asked
    assert [answer.answer for answer in answers] == ["no_reading", "problem", "metered", "no_meter"]
    assert answers[1].problem == "unknown_account"
    [use] = answers[2].meters
    assert (use.meter_id, use.form, use.digits, use.kwh) == (given.meter_id, 2, 5, [100, 40])
    assert (use.before.source, use.before.counts_on) == ("opening", CLOSED.last_day)
    assert (use.now.values, use.now.counts_on) == ([1100, 540], OPEN.last_day)
    assert (answers[0].form, [past.kwh for past in answers[0].past]) == (1, [[100]])


def test_a_reading_older_than_the_past_year_is_found(metered: Make, closing: Closing) -> None:
    home = metered(1000)
    opened_in(home, Period(2023, 5))
    home.read(1200, source="customer", period=OPEN, at=twentieth(OPEN))
    [answer] = closing.ask(str(OPEN), home.account, dry=True)
    assert str(answer.meters[0].before.counts_on) == "2023-05-31"


def test_a_reading_after_the_batch_froze_belongs_to_the_next_period(metered: Make, closing: Closing) -> None:
    home = metered(1000)
    assert home.submit(1100).period == str(OPEN)
    [answer] = closing.ask(str(OPEN), home.account)
    assert (answer.answer, answer.meters[0].kwh) == ("metered", [100])
    late = home.submit(1150)
    assert late.period == str(OPEN.next)
    state = home.state()
    assert (state.period, state.late) == (str(OPEN.next), True)
    assert state.meter is not None
    assert state.meter.previous == [1100]
    assert [row.values for row in home.history() if row.current] == [[1150], [1100], [1000]]
    [again] = closing.ask(str(OPEN), home.account)
    assert again == answer


def test_a_dry_run_leaves_no_trace(metered: Make, closing: Closing) -> None:
    home = metered(1000)
    closing.ask(str(OPEN), home.account, dry=True)
    assert home.submit(1100).period == str(OPEN)


def test_an_earlier_month_closed_again_opens_nothing(metered: Make, closing: Closing) -> None:
    home = metered(1000)
    closing.ask(str(OPEN), home.account)
    closing.ask(str(CLOSED), home.account)
    assert home.submit(1100).period == str(OPEN.next)


def test_a_batch_takes_a_handful_of_statements(system: LocalSystem, metered: Make, closing: Closing) -> None:
    def statements() -> float:
        name, operation = "svet_db_statements_total", "inbox:consumption.wanted"
        return figure(system, "readings-closing", name, operation=operation)

    homes = [metered(1000).account for _ in range(40)]
    before = statements()
    assert len(closing.ask(str(OPEN), *homes)) == 40
    assert statements() - before <= 7


def test_estimates_are_kept_once_and_are_never_previous(
    metered: Make, closing: Closing, database: Database
) -> None:
    home = metered(1000)
    made = EstimatesMade(
        run=uuid4(),
        period=str(OPEN),
        batch=1,
        estimates=[Estimate(account=home.account, basis="average", form=1, kwh=["123.4567"])],
    )
    closing.tell(billing.ESTIMATES_MADE, made)
    closing.tell(billing.ESTIMATES_MADE, made)

    def kept() -> list[tuple[Any, ...]]:
        query = "SELECT source, form, kwh::text FROM estimates WHERE account = %s"
        return database("readings").execute(query, (home.account,)).fetchall()

    assert eventually(kept, "the estimate is kept") == [("average", 1, "{123.4567}")]
    assert home.state().meter.previous == [1000]  # type: ignore[union-attr]
