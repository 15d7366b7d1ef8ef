"""A batch of a closing becomes charges, postings and bills at once; a repeat changes nothing."""

from datetime import date
from fractions import Fraction

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.billing import models
from services.billing.handlers import accounts, closing
from services.common.period import Period
from services.contracts import billing
from services.contracts import closing as contract
from tests.support.billed import add_account, at
from tests.support.charging import (
    ACCOUNT,
    OCTOBER,
    SEPTEMBER,
    bill,
    close,
    metered,
    on_paper,
    pay,
    silent,
    state,
)


@pytest.fixture
def session(books: Session) -> Session:
    return books


def test_a_reading_becomes_a_bill(session: Session) -> None:
    run = close(session, OCTOBER, metered(100, SEPTEMBER, OCTOBER), day="2026-11-03")
    printed = bill(session, OCTOBER)
    assert (printed.amount, printed.balance, printed.opening, printed.paid) == (832_00, 832_00, 0, 0)
    assert printed.due_on == date(2026, 11, 16)
    now = state(session, "2026-11-03")
    assert (now.balance, now.due, now.charged) == (832_00, 832_00, 832_00)
    assert now.bill
    assert now.bill.period == "2026-10"
    done = session.get_one(models.Closing, run)
    assert done.state == "done"
    sheet = on_paper(session, OCTOBER)
    assert (sheet.to_pay, sheet.vat_percent, sheet.read_until) == (832_00, 22, date(2026, 11, 25))
    assert [(zone.before, zone.now, zone.kwh) for zone in sheet.meters[0].zones] == [(1000, 1100, 100)]
    lines = session.scalars(select(models.ChargeLine)).all()
    assert [(line.volume, str(line.rub), line.amount) for line in lines] == [("100", "8.32000", 832_00)]


def test_a_repeat_changes_nothing(session: Session) -> None:
    run = close(session, OCTOBER, metered(100, SEPTEMBER, OCTOBER), day="2026-11-03")
    told = contract.ConsumptionTold(
        run=run, period="2026-10", batch=0, accounts=[metered(900, SEPTEMBER, OCTOBER)]
    )
    closing.charge_batch(session, told, closing.read_book(session), at("2026-11-04"))
    assert bill(session, OCTOBER).published_at == at("2026-11-03")
    assert state(session, "2026-11-04").balance == 832_00


def test_the_line_of_payments_is_gone_with_the_new_bill(session: Session) -> None:
    close(session, SEPTEMBER, metered(100, Period(2026, 8), SEPTEMBER), day="2026-10-03")
    pay(session, 300_00, "2026-10-10")
    assert state(session, "2026-11-02").paid_on_current_bill == 300_00
    close(session, OCTOBER, metered(100, SEPTEMBER, OCTOBER), day="2026-11-03")
    assert state(session, "2026-11-03").paid_on_current_bill is None
    printed = bill(session, OCTOBER)
    assert (printed.opening, printed.paid, printed.balance) == (748_00, 300_00, 748_00 - 300_00 + 832_00)
    assert [(paid.amount, paid.channel) for paid in on_paper(session, OCTOBER).payments] == [
        (300_00, "cabinet")
    ]
    pay(session, 150_00, "2026-11-05")
    assert state(session, "2026-11-05").paid_on_current_bill == 150_00


def test_estimates_are_corrected_by_the_reading_that_follows(session: Session) -> None:
    close(session, SEPTEMBER, silent(), day="2026-10-03")
    assert bill(session, SEPTEMBER).amount == 748_00
    close(session, OCTOBER, metered(122, Period(2026, 8), OCTOBER), day="2026-11-03")
    charge = session.scalars(select(models.Charge).where(models.Charge.period == OCTOBER.first_day)).one()
    # 122 kWh in 61 days: 60 in September at 7.48 instead of 100, 62 in October at 8.32.
    assert (charge.charged, charge.recalculated, charge.estimated) == (515_84, 448_80 - 748_00, 0)
    kinds = [
        (line.kind, line.month, Fraction(line.volume), line.amount)
        for line in session.scalars(
            select(models.ChargeLine)
            .where(models.ChargeLine.charge_id == charge.id)
            .order_by(models.ChargeLine.number)
        )
    ]
    assert kinds == [
        ("charge", OCTOBER.first_day, Fraction(62), 515_84),
        ("reversal", SEPTEMBER.first_day, Fraction(-100), -748_00),
        ("correction", SEPTEMBER.first_day, Fraction(60), 448_80),
    ]
    assert state(session, "2026-11-03").balance == 515_84 + 448_80
    moved = on_paper(session, OCTOBER).recalculations
    assert [(str(one.month), one.before, one.after) for one in moved] == [("2026-09", 748_00, 448_80)]
    estimated = on_paper(session, SEPTEMBER).estimated
    assert estimated
    assert (estimated.months, estimated.in_a_row) == (6, 1)


def test_what_cannot_be_charged_rightly_is_listed_and_the_others_go_on(session: Session) -> None:
    faulty, unbilled = "999100002", "999100003"
    add_account(session, faulty)
    add_account(session, unbilled)
    run = close(
        session,
        OCTOBER,
        metered(100, SEPTEMBER, OCTOBER),
        contract.AccountConsumption(account=faulty, answer="problem", problem="two_open_meters"),
        metered(100, Period(2026, 8), OCTOBER, unbilled),
        day="2026-11-03",
    )
    found = select(models.ClosingProblem.account, models.ClosingProblem.reason).where(
        models.ClosingProblem.closing_id == run
    )
    assert {account: reason for account, reason in session.execute(found)} == {
        faulty: "two_open_meters",
        unbilled: "what was used in 2026-09 cannot be told from what is charged already",
    }
    assert session.scalars(select(models.Charge.account)).all() == [ACCOUNT]


def test_a_fault_with_one_account_stops_no_other(session: Session) -> None:
    strange = "999100002"
    add_account(session, strange)
    answer = metered(100, SEPTEMBER, OCTOBER, strange)
    # Two volumes of a meter with one zone: the contract allows it, and nobody knows what they mean.
    told = answer.model_copy(update={"meters": [answer.meters[0].model_copy(update={"kwh": [60, 40]})]})
    run = close(session, OCTOBER, metered(100, SEPTEMBER, OCTOBER), told, day="2026-11-03")
    [problem] = session.scalars(select(models.ClosingProblem).where(models.ClosingProblem.closing_id == run))
    assert (problem.account, problem.reason) == (strange, "fault: ValueError")
    assert session.scalars(select(models.Charge.account)).all() == [ACCOUNT]


def test_a_dry_run_keeps_its_totals_only(session: Session) -> None:
    run = close(session, OCTOBER, metered(100, SEPTEMBER, OCTOBER), day="2026-11-03", dry=True)
    batch = session.scalars(select(models.ClosingBatch).where(models.ClosingBatch.closing_id == run)).one()
    assert batch.totals == {
        "accounts": 1,
        "estimated": 0,
        "charged": 832_00,
        "recalculated": 0,
        "penalty": 0,
    }
    assert session.scalars(select(models.Charge)).all() == []
    assert state(session, "2026-11-03").balance == 0


def test_an_old_debt_bears_a_penalty_of_its_own(session: Session) -> None:
    july, august = Period(2026, 7), Period(2026, 8)
    close(session, july, metered(200, Period(2026, 6), july), day="2026-08-03")
    close(session, august, metered(0, july, august), day="2026-09-03")
    close(session, SEPTEMBER, metered(0, august, SEPTEMBER), day="2026-10-03")
    # 1 496 ₽ were due on 17 August; the penalty begins on 17 September: 17 days through 3 October.
    penalty = session.scalars(select(models.PenaltyLine)).all()
    assert [(line.first, line.last, line.amount) for line in penalty] == [
        (date(2026, 9, 17), date(2026, 10, 3), round(149600 * 9.5 / 100 / 300 * 17))
    ]
    printed = bill(session, SEPTEMBER)
    assert (printed.balance, printed.penalty, printed.amount) == (1496_00, 805, 1496_00 + 805)
    assert [working.days for working in on_paper(session, SEPTEMBER).penalty.workings] == [17]
    pay(session, 1496_00, "2026-10-20")
    close(session, OCTOBER, metered(0, SEPTEMBER, OCTOBER), day="2026-11-03")
    later = [line for line in session.scalars(select(models.PenaltyLine)) if line.first > date(2026, 10, 3)]
    assert [(line.first, line.last) for line in later] == [(date(2026, 10, 4), date(2026, 10, 19))]
    now = state(session, "2026-11-03")
    assert (now.balance, now.penalty, now.due) == (0, 805 + 758, 805 + 758)
    snapshot = accounts.payment_snapshot(
        session, billing.SnapshotRequest(account=ACCOUNT, amount=20_00), at("2026-11-03")
    )
    assert (snapshot.main, snapshot.penalty) == (20_00 - 1563, 1563)
