"""Files of automatic meters: streaming, the same again changes nothing, bad lines are told by number."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from deploy.local.system import LocalSystem
from services.common.clock import moscow_date, real_now
from services.common.period import Period
from services.contracts import readings
from services.readings import feed_files
from tests.support.metered import Metered

OVER = Period.of(moscow_date(real_now())).previous
"""The last month whose every day is over."""
Make = Callable[..., Metered]
Database = Callable[[str], "psycopg.Connection[Any]"]
Sessions = Callable[[], Any]


@pytest.fixture
def sessions(system: LocalSystem) -> Sessions:
    engine = create_engine(system.urls.databases["readings"].replace("postgresql:", "postgresql+psycopg:", 1))

    @contextmanager
    def session() -> Iterator[Session]:
        with Session(engine) as opened, opened.begin():
            yield opened

    return session


def serial_of(home: Metered) -> str:
    row = home.database.execute("SELECT serial FROM meters WHERE id = %s", (home.meter_id,)).fetchone()
    assert row is not None
    return str(row[0])


def written(folder: Path, header: list[str], *lines: str) -> Path:
    file = folder / "feed.csv"
    file.write_text("\n".join([",".join(header), *lines]) + "\n")
    return file


def test_hours_load_once_and_later_ones_fill_the_gaps(
    metered: Make, sessions: Sessions, tmp_path: Path
) -> None:
    home = metered(1000, kind="automatic")
    name = f"{home.account},{serial_of(home)}"
    lines = [f"{name},2026-10-05T{hour:02d}:00:00+03:00,{hour * 10}" for hour in range(20)]
    first = written(tmp_path, feed_files.HOURS, *lines)
    bad: list[feed_files.Bad] = []
    assert vars(feed_files.load_hours(first, sessions, bad.append)) == {"lines": 20, "changed": 1, "bad": 0}
    assert feed_files.load_hours(first, sessions, bad.append).changed == 0
    rest = written(
        tmp_path,
        feed_files.HOURS,
        f"{name},2026-10-05T20:00:00Z,230",
        f"{name},2026-10-05T05:00:00+03:00,51",
        f"{name},2026-10-05T21:00:00Z,7",
    )
    assert feed_files.load_hours(rest, sessions, bad.append).changed == 2
    request = readings.HoursRequest(account=home.account, day=date(2026, 10, 5))
    [meter] = home.bus.call(readings.HOURS, request).meters
    assert meter.wh == [0, 10, 20, 30, 40, 51, *(hour * 10 for hour in range(6, 20)), None, None, None, 230]
    assert bad == []


def test_bad_lines_are_told_by_number_and_the_rest_loads(
    metered: Make, sessions: Sessions, tmp_path: Path
) -> None:
    home, manual = metered(1000, kind="automatic"), metered(1000)
    name = f"{home.account},{serial_of(home)}"
    file = written(
        tmp_path,
        feed_files.HOURS,
        f"{name},2026-10-05T00:00:00+03:00,5",
        f"{name},2026-10-05T00:30:00+03:00,5",
        f"{name},2026-10-05T01:00:00+03:00,1.5",
        f"{manual.account},{serial_of(manual)},2026-10-05T01:00:00+03:00,1",
        f"{name},2026-10-05T01:00:00+03:00",
        f"{name}\0,2026-10-05T01:00:00+03:00,1",
        f"{name},2026-10-05T02:00:00+03:00,6",
    )
    bad: list[feed_files.Bad] = []
    assert vars(feed_files.load_hours(file, sessions, bad.append)) == {"lines": 7, "changed": 1, "bad": 5}
    assert sorted(fault.line for fault in bad) == [3, 4, 5, 6, 7]


def test_another_file_is_refused(sessions: Sessions, tmp_path: Path) -> None:
    with pytest.raises(feed_files.BadFile, match="account,serial,start,wh"):
        feed_files.load_hours(written(tmp_path, ["account", "wh"]), sessions, print)


def test_an_automatic_meters_reading_is_accepted_for_its_month(
    metered: Make, sessions: Sessions, tmp_path: Path, database: Database
) -> None:
    home = metered(1000, 500, kind="automatic")
    home.database.execute("UPDATE readings SET period = '2025-01-01' WHERE account = %s", (home.account,))
    name = f"{home.account},{serial_of(home)}"
    earlier = OVER.last_day - timedelta(days=1)
    tomorrow = moscow_date(real_now()) + timedelta(days=1)
    file = written(
        tmp_path,
        feed_files.STANDS,
        f"{name},{earlier},1190 590",
        f"{name},{OVER.last_day},1200 600",
        f"{name},{OVER.last_day},1200",
        f"{name},{tomorrow},1300 700",
        f"{name},{OVER.last_day},1200 6000000",
    )
    bad: list[feed_files.Bad] = []
    loaded = feed_files.load_stands(file, sessions, bad.append, real_now())
    assert (loaded.changed, [fault.line for fault in bad]) == (2, [4, 5, 6])
    assert feed_files.load_stands(file, sessions, bad.append, real_now()).changed == 0
    rows = [(row.source, row.values, row.current, row.period) for row in home.history()]
    assert rows[:2] == [
        ("automatic", [1200, 600], True, str(OVER)),
        ("automatic", [1190, 590], False, str(OVER)),
    ]
    state = home.state()
    assert state.meter is not None
    assert (state.meter.previous, state.meter.previous_on) == ([1200, 600], OVER.last_day)
    query = "UPDATE accounts SET closed_through = %s WHERE account = %s"
    database("readings").execute(query, (OVER.first_day, home.account))
    day = OVER.first_day
    late = written(tmp_path, feed_files.STANDS, f"{name},{day},1100 550")
    feed_files.load_stands(late, sessions, bad.append, real_now())
    assert {row.period for row in home.history() if row.values == [1100, 550]} == {str(OVER.next)}
