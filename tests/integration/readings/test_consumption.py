"""Consumption by month and hour, estimates in the history, and what is told of an accepted reading."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest

from services.common.period import Period
from services.contracts import readings
from services.contracts.base import Operation, Request
from services.contracts.errors import ServiceError
from tests.support.closing import twentieth
from tests.support.metered import CLOSED, OPEN, Metered

Make = Callable[..., Metered]
EARLIER = CLOSED.previous


def estimate(home: Metered, period: Period, *kwh: str) -> None:
    home.database.execute(
        "INSERT INTO estimates VALUES (%s, %s, 'average', %s, %s::numeric[])",
        (home.account, period.first_day, len(kwh), list(kwh)),
    )


def months(home: Metered, **bounds: str) -> list[tuple[str, str, list[str]]]:
    request = readings.StatisticsRequest(account=home.account, **bounds)
    found = home.bus.call(readings.STATISTICS, request).months
    return [(month.period, month.basis, month.kwh) for month in found]


def test_consumption_is_of_meters_and_where_they_are_silent_of_estimates(metered: Make) -> None:
    home = metered(1000, 500)
    home.database.execute(
        "UPDATE readings SET period = %s WHERE account = %s", (EARLIER.previous.first_day, home.account)
    )
    home.read(1100, 540, source="customer", period=EARLIER, at=twentieth(EARLIER))
    estimate(home, EARLIER, "7", "7")
    estimate(home, CLOSED, "90.5", "30.25")
    assert months(home) == [
        (str(EARLIER), "meter", ["100", "40"]),
        (str(CLOSED), "average", ["90.5", "30.25"]),
    ]
    assert months(home, to_period=str(EARLIER)) == [(str(EARLIER), "meter", ["100", "40"])]
    home.read(1300, 600, source="control", period=OPEN, at=datetime.now(UTC))
    spread = months(home, from_period=str(CLOSED))
    assert [basis for _, basis, _ in spread] == ["meter", "meter"]
    assert [sum(int(kwh[zone]) for _, _, kwh in spread) for zone in (0, 1)] == [200, 60]


def test_an_estimated_month_is_in_the_history_beside_the_readings(metered: Make) -> None:
    home = metered(1000)
    estimate(home, OPEN, "123.4567")
    request = readings.HistoryRequest(account=home.account, from_period=str(OPEN))
    history = home.bus.call(readings.HISTORY, request)
    [shown] = history.estimates
    assert (shown.period, shown.source, shown.zones, shown.kwh) == (
        str(OPEN),
        "average",
        ["single"],
        ["123.4567"],
    )
    assert shown.message.startswith("Показаний не было: расход посчитан по среднему.")
    assert history.readings == []


def test_a_day_is_told_hour_by_hour(metered: Make) -> None:
    home = metered(1000, kind="automatic")
    home.database.execute(
        "INSERT INTO feed_days VALUES (%s, '2026-10-05', %s::integer[])",
        (home.meter_id, [100, None, 300]),
    )
    hours = home.bus.call(readings.HOURS, readings.HoursRequest(account=home.account, day=date(2026, 10, 5)))
    [meter] = hours.meters
    assert (meter.wh, meter.starts_at) == ([100, None, 300], datetime(2026, 10, 4, 21, tzinfo=UTC))
    empty = home.bus.call(readings.HOURS, readings.HoursRequest(account=home.account, day=date(2026, 10, 6)))
    assert empty.meters == []


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        (readings.STATISTICS, readings.StatisticsRequest(account="000000000")),
        (readings.HOURS, readings.HoursRequest(account="000000000", day=date(2026, 1, 1))),
    ],
)
def test_an_unknown_account_is_told_so(
    metered: Make, operation: Operation[Any, Any], request_: Request
) -> None:
    with pytest.raises(ServiceError, match="account_unknown"):
        metered().bus.call(operation, request_)


def test_a_meter_whose_verification_ran_out_is_told_of_and_still_takes_readings(
    metered: Make, database: "Callable[[str], psycopg.Connection[Any]]"
) -> None:
    home = metered(1000)
    query = "UPDATE meters SET verification_due = '2026-01-31' WHERE account = %s"
    database("readings").execute(query, (home.account,))
    state = home.state()
    assert (state.input, state.warnings[0]) == ("open", "VERIFICATION_EXPIRED")
    assert state.note is not None
    assert state.note.startswith("Срок поверки счётчика истёк")
    assert home.check(1100).warnings[0] == "VERIFICATION_EXPIRED"
    given = home.submit(1100)
    assert (given.status, given.warnings[0]) == ("accepted", "VERIFICATION_EXPIRED")
    assert given.message.startswith("Сохранено за ")


@pytest.mark.parametrize(
    ("meter", "note"),
    [
        ({"kind": "automatic"}, "Счётчик передаёт показания сам"),
        ({"state": "faulty"}, "Счётчик неисправен"),
        ({"state": "closed"}, "Счётчик снят с учёта"),
    ],
)
def test_a_form_without_input_says_why(metered: Make, meter: dict[str, str], note: str) -> None:
    assert (metered(1000, **meter).state().note or "").startswith(note)
