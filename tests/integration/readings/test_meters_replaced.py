"""A meter is replaced: the form follows the new one, the history and the closing span both."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from deploy.local.system import LocalSystem
from services.common.clock import moscow_date, real_now
from services.common.period import Period
from services.readings.domain.replacement import New
from services.readings.domain.rules import Limits
from services.readings.handlers.meters import BadReplacement, Replacement, replace
from tests.support.metered import Metered

Make = Callable[..., Metered]
YESTERDAY = moscow_date(real_now()) - timedelta(days=1)
NEW = New("new-1", "Нева 303", 2, 6, "manual", date(2040, 1, 1), [3, 1])


@pytest.fixture
def swap(system: LocalSystem) -> Callable[..., None]:
    engine = create_engine(system.urls.databases["readings"].replace("postgresql:", "postgresql+psycopg:", 1))

    def run(home: Metered, final: list[int] | None = None, new: New = NEW) -> None:
        with Session(engine) as session, session.begin():
            replace(session, Replacement(home.account, YESTERDAY, final, new), Limits(), real_now())

    return run


def test_the_form_follows_the_new_meter_and_the_history_spans_both(
    metered: Make, swap: Callable[..., None]
) -> None:
    home = metered(1000)
    swap(home, [1100])
    state = home.state()
    assert state.meter is not None
    assert (state.meter.serial, state.meter.zones) == ("new-1", ["day", "night"])
    assert (state.meter.previous, state.meter.previous_on) == ([3, 1], YESTERDAY)
    assert home.submit(40, 20).status == "accepted"
    assert home.submit(2, 20).reason == "LOWER_THAN_PREVIOUS"
    shown = [(row.source, row.values) for row in home.history() if row.current]
    assert sorted(shown) == [
        ("customer", [40, 20]),
        ("installation", [3, 1]),
        ("opening", [1000]),
        ("removal", [1100]),
    ]


def test_a_replacement_of_a_closed_month_counts_for_the_next(
    metered: Make,
    swap: Callable[..., None],
    database: "Callable[[str], psycopg.Connection[Any]]",
) -> None:
    home, month = metered(1000), Period.of(YESTERDAY)
    query = "UPDATE accounts SET closed_through = %s WHERE account = %s"
    database("readings").execute(query, (month.first_day, home.account))
    swap(home, [1100])
    rows = {row.source: row.period for row in home.history()}
    assert (rows["removal"], rows["installation"]) == (str(month.next), str(month.next))


def test_a_refused_replacement_changes_nothing(metered: Make, swap: Callable[..., None]) -> None:
    home = metered(1000)
    with pytest.raises(BadReplacement, match="showed more before"):
        swap(home, [900])
    swap(home, [1100])
    with pytest.raises(BadReplacement, match="with this serial"):
        swap(home, [10, 10])
    with pytest.raises(BadReplacement, match="no meter to replace"):
        swap(metered(), [1])
    assert len(home.history()) == 3
