"""Months that are more than one meter's use: replaced meters, common needs of a house, acts."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from services.billing import console, models
from services.billing.handlers import closing
from services.billing.repository import closing as closing_table
from services.common.period import Period
from services.contracts import closing as contract
from tests.support.billed import add_account, at
from tests.support.charging import (
    ACCOUNT,
    NOVEMBER,
    OCTOBER,
    SEPTEMBER,
    bill,
    close,
    metered,
    on_paper,
    stand,
    state,
)


@pytest.fixture
def session(books: Session) -> Session:
    return books


def replaced(after: date, until: date, kwh: int, serial: str) -> contract.AccountConsumption:
    use = contract.MeterUse(
        meter_id=uuid4(),
        serial=serial,
        form=1,
        digits=5,
        before=stand(1000, after),
        now=stand(1000 + kwh, until),
        kwh=[kwh],
    )
    return contract.AccountConsumption(account=ACCOUNT, answer="metered", form=1, meters=[use])


def test_a_meter_put_up_and_not_read_is_charged_with_its_first_reading(session: Session) -> None:
    taken_away, read = date(2026, 9, 10), OCTOBER.last_day
    close(session, SEPTEMBER, replaced(Period(2026, 8).last_day, taken_away, 50, "old"), day="2026-10-03")
    close(session, OCTOBER, replaced(taken_away, read, 102, "new"), day="2026-11-03")
    charge = session.scalars(select(models.Charge).where(models.Charge.period == OCTOBER.first_day)).one()
    # 102 kWh in 51 days: 40 in September's last 20 days at 7.48, 62 in October at 8.32.
    assert (charge.charged, charge.recalculated) == (62 * 832, 40 * 748)
    assert state(session, "2026-11-03").balance == 90 * 748 + 62 * 832
    moved = on_paper(session, OCTOBER).recalculations
    assert [(one.before, one.after) for one in moved] == [(50 * 748, 90 * 748)]
    close(session, NOVEMBER, replaced(read, NOVEMBER.last_day, 10, "new"), day="2026-12-03")
    assert bill(session, NOVEMBER).balance == 90 * 748 + 72 * 832


def test_a_month_corrected_twice_gives_back_what_it_stands_for(session: Session) -> None:
    august, first, second = Period(2026, 8), date(2026, 9, 10), date(2026, 9, 20)
    close(session, SEPTEMBER, replaced(august.last_day, first, 50, "old"), day="2026-10-03")
    close(session, OCTOBER, replaced(first, second, 20, "short-lived"), day="2026-11-03")
    close(session, NOVEMBER, replaced(second, NOVEMBER.last_day, 71, "new"), day="2026-12-03")
    # A kWh a day: ten in September, 31 in October, 30 in November.
    assert state(session, "2026-12-03").balance == (50 + 20 + 10) * 748 + (31 + 30) * 832
    lines = session.scalars(
        select(models.ChargeLine).where(models.ChargeLine.month == SEPTEMBER.first_day)
    ).all()
    assert sum(Fraction(line.volume) for line in lines) == 80
    assert sum(line.amount for line in lines) == 80 * 748


def a_house(session: Session, *flats: str, kwh: int | None = 1000, area: str = "1000") -> None:
    """A house billed directly, with this account and others of 50 m² each."""
    session.add(
        models.House(
            house="h",
            valid_from=date(2026, 1, 1),
            direct=True,
            tariff_group="urban_gas",
            area_m2=Decimal(area),
            common_m2=Decimal(100),
            norm_kwh_m2=None,
            act="act 7",
        )
    )
    for flat in (ACCOUNT, *flats):
        session.execute(text("UPDATE accounts SET area_m2 = 50 WHERE account = :a"), {"a": flat})
        session.add(models.HouseAccount(account=flat, house="h"))
    session.add(
        models.HouseMonth(
            house="h",
            period=OCTOBER.first_day,
            kwh=kwh,
            others_kwh=Decimal(100),
            source="house meter",
        )
    )
    session.flush()


def test_common_needs_of_a_house_are_a_line_of_their_own(session: Session) -> None:
    neighbour = "999100002"
    add_account(session, neighbour)
    a_house(session, neighbour)
    close(
        session,
        OCTOBER,
        metered(100, SEPTEMBER, OCTOBER),
        metered(200, SEPTEMBER, OCTOBER, neighbour),
        day="2026-11-03",
    )
    # (1000 - 100 others - 300 flats) x 50 / 1000 = 30 kWh.
    line = session.scalars(
        select(models.ChargeLine).where(
            models.ChargeLine.kind == "common_house",
            models.ChargeLine.charge_id == bill(session, OCTOBER).charge_id,
        )
    ).one()
    assert (line.volume, line.amount, line.source) == ("30", 30 * 832, "h")
    assert state(session, "2026-11-03").balance == (100 + 30) * 832
    common = on_paper(session, OCTOBER).common_house
    assert common
    assert (common.house_kwh, common.flats_kwh, common.others_kwh, common.needs_kwh) == (
        1000,
        300,
        100,
        600,
    )
    assert (common.volume, common.amount) == (30, 30 * 832)


def test_nobody_of_a_house_whose_needs_cannot_be_told_is_charged(session: Session) -> None:
    neighbour, elsewhere = "999100002", "999100003"
    add_account(session, neighbour)
    add_account(session, elsewhere)
    a_house(session, neighbour)
    run = close(
        session,
        OCTOBER,
        metered(100, SEPTEMBER, OCTOBER),
        contract.AccountConsumption(account=neighbour, answer="problem", problem="two_open_meters"),
        metered(5, SEPTEMBER, OCTOBER, elsewhere),
        day="2026-11-03",
    )
    found = select(models.ClosingProblem.account, models.ClosingProblem.reason).where(
        models.ClosingProblem.closing_id == run
    )
    assert {account: reason for account, reason in session.execute(found)} == {
        ACCOUNT: f"common needs of house h: account {neighbour} is not charged",
        neighbour: "two_open_meters",
    }
    assert session.scalars(select(models.Charge.account)).all() == [elsewhere]


def test_a_house_is_never_cut_by_a_batch(session: Session) -> None:
    flats = [f"99920000{number}" for number in range(1, 8)]
    for flat in flats:
        add_account(session, flat)
    a_house(session, *flats[4:])
    run = models.Closing(
        id=uuid4(),
        period=OCTOBER.first_day,
        dry=True,
        state="charging",
        started_at=at("2026-11-01"),
        due_on=OCTOBER.last_day,
        accounts=0,
    )
    closing_table.freeze(session, run, 3)
    batches = session.scalars(
        select(models.ClosingBatch.accounts)
        .where(models.ClosingBatch.closing_id == run.id)
        .order_by(models.ClosingBatch.number)
    ).all()
    assert batches[0] == sorted([ACCOUNT, *flats[4:]])
    listed = [account for batch in batches for account in batch]
    assert len(listed) == len(set(listed)) == session.scalar(select(func.count()).select_from(models.Account))


def test_an_act_of_interference_is_charged_once_beside_the_month(session: Session) -> None:
    found_on = date(2026, 10, 31)
    session.add(
        models.Act(
            account=ACCOUNT,
            kind="interference",
            since=date(2026, 10, 1),
            until=found_on,
            charged_in=OCTOBER.first_day,
            act="act 12",
        )
    )
    session.flush()
    close(session, OCTOBER, metered(100, SEPTEMBER, OCTOBER), day="2026-11-03")
    # The norm of two in a flat with gas is 60 kWh each: x 10 for the whole month.
    assert bill(session, OCTOBER).balance == (100 + 1200) * 832
    printed = on_paper(session, OCTOBER)
    assert [(line.basis, line.volume, line.note) for line in printed.lines] == [
        ("meter", 100, ""),
        ("interference", 1200, "act 12"),
    ]
    close(session, NOVEMBER, metered(100, OCTOBER, NOVEMBER), day="2026-12-03")
    assert bill(session, NOVEMBER).balance == (200 + 1200) * 832


def broken(account: str = ACCOUNT) -> contract.AccountConsumption:
    return contract.AccountConsumption(account=account, answer="problem", problem="no_opening_reading")


def test_an_account_that_was_not_charged_is_tried_again_when_the_month_is_closed_again(
    session: Session,
) -> None:
    other = "999100002"
    add_account(session, other)
    run = close(session, OCTOBER, broken(), metered(100, SEPTEMBER, OCTOBER, other), day="2026-11-03")
    assert console.start(session, OCTOBER, dry=False, now=at("2026-11-04"))
    batch = session.scalars(
        select(models.ClosingBatch).where(
            models.ClosingBatch.closing_id == run, models.ClosingBatch.state == "waiting"
        )
    ).one()
    assert (batch.number, batch.accounts) == (1, [ACCOUNT])
    told = contract.ConsumptionTold(
        run=run, period="2026-10", batch=1, accounts=[metered(50, SEPTEMBER, OCTOBER)]
    )
    closing.charge_batch(session, told, closing.read_book(session), at("2026-11-04"))
    session.flush()
    assert bill(session, OCTOBER).amount == 50 * 832
    state = console.progress(session, OCTOBER, dry=False)
    assert (state.finished, state.problems, state.totals["accounts"]) == (True, 0, 2)


def test_closing_a_month_again_that_left_nobody_out_does_nothing(session: Session) -> None:
    close(session, OCTOBER, metered(100, SEPTEMBER, OCTOBER), day="2026-11-03")
    assert not console.start(session, OCTOBER, dry=False, now=at("2026-11-04"))
    state = console.progress(session, OCTOBER, dry=False)
    assert (state.finished, state.batches) == (True, 1)


def test_a_month_that_was_not_charged_is_charged_with_the_next_reading(session: Session) -> None:
    close(session, OCTOBER, broken(), day="2026-11-03")
    close(session, NOVEMBER, metered(61, SEPTEMBER, NOVEMBER), day="2026-12-03")
    assert bill(session, NOVEMBER).balance == 61 * 832
    moved = on_paper(session, NOVEMBER).recalculations
    assert [(str(one.month), one.before, one.after) for one in moved] == [("2026-10", 0, 31 * 832)]
