"""Households with months behind them, written straight into the databases: readings, charges, bills, payments."""

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from deploy.demo.household import Household, Meter
from deploy.local.system import LocalSystem
from deploy.tariffs import KALUGA
from services.billing import models, tariff_files
from services.common.clock import moscow_date, real_now
from services.common.period import Period
from tests.support import billed

TODAY = moscow_date(real_now())
THIS_MONTH = Period.of(TODAY)


@dataclass(frozen=True)
class Plan:
    """What a household uses and pays: kWh by zone for each closed month, oldest first, and kopecks paid after it."""

    months: Sequence[tuple[int, ...]]
    paid: Sequence[int | None]
    """None: the whole bill; 0: nothing."""
    start: tuple[int, ...] = (1200,)
    digits: int = 5
    model: str = "Меркурий 200.02"
    serial: str = "00712345"
    settlement: str = "г. Калуга"
    street: str = "ул. Ленина"
    house: str = "5"
    flat: str = "7"
    residents: int = 2
    group: str = "urban_gas"


@dataclass
class Homes:
    """Builds households in a system's databases; `forget` takes their months back."""

    system: LocalSystem
    built: list[str] = field(default_factory=list)

    def build(self, plan: Plan) -> Household:
        """The household as a registry would have told of it after these months."""
        account = f"7{random.randrange(10**8):08d}"
        self.built.append(account)
        with self._billing() as books:
            books.execute(_ACCOUNT, _place(account, plan))
            stands = list(_stands(plan))
            for (period, before, now), paid in zip(stands, plan.paid, strict=True):
                self._close(books, account, plan, period, before, now, paid)
        self._meter(account, plan, stands)
        meter = Meter(
            serial=plan.serial,
            model=plan.model,
            zones=len(plan.start),
            digits=plan.digits,
            automatic=False,
            state="working",
            installed_on=date(2019, 5, 14),
            verification_due=date(2035, 5, 1),
            readings=stands[-1][2],
            taken_on=_read_on(stands[-1][0]),
        )
        return Household(
            account,
            plan.settlement,
            plan.street,
            plan.house,
            plan.flat,
            "248000",
            plan.residents,
            plan.group,
            "54.3",
            meter,
            balance=0,
            bill=None,
        )

    def forget(self) -> None:
        """Other tests close months of their own in these databases."""
        if self.built:
            with self._billing() as books:
                billed.forget_closings(books, self.built)

    def _close(
        self,
        books: Session,
        account: str,
        plan: Plan,
        period: Period,
        before: tuple[int, ...],
        now: tuple[int, ...],
        paid: int | None,
    ) -> None:
        used = [there - here for here, there in zip(before, now, strict=True)]
        answer = billed.metered(account, used, period.previous, period)
        [use] = answer.meters
        stands = {
            "before": use.before.model_copy(update={"values": list(before)}),
            "now": use.now.model_copy(update={"values": list(now)}),
        }
        shown = use.model_copy(update={"serial": plan.serial, "digits": plan.digits, **stands})
        answer = answer.model_copy(update={"meters": [shown]})
        billed.close(books, period, answer, day=str(period.next.first_day))
        amount = _newest_bill(books, account) if paid is None else paid
        if amount:
            payment = billed.pay(books, account, amount, f"{period.next.first_day:%Y-%m}-12", channel="bank")
            self._payment(payment, account, plan, amount, period)

    def _payment(self, payment: Any, account: str, plan: Plan, amount: int, period: Period) -> None:
        """The same payment in the history."""
        moment = datetime.combine(period.next.first_day.replace(day=12), time(9, 30), UTC)
        with psycopg.connect(self.system.urls.databases["payments"]) as payments:
            payments.execute(
                "INSERT INTO payments (id, account, channel, amount, refunded, state, version, created_at, paid_at,"
                " at, address, main, penalty, cancel_asked, polls)"
                " VALUES (%s, %s, 'bank', %s, 0, 'succeeded', 1, %s, %s, %s, %s, %s, 0, false, 0)",
                (payment, account, amount, moment, moment, moment, f"{plan.street}, {plan.house}", amount),
            )

    def _meter(
        self, account: str, plan: Plan, stands: Sequence[tuple[Period, tuple[int, ...], tuple[int, ...]]]
    ) -> None:
        meter = uuid4()
        first, opening, _ = stands[0]
        rows = [(first.previous, opening, "opening")]
        rows += [(period, now, "customer") for period, _, now in stands]
        with psycopg.connect(self.system.urls.databases["readings"]) as readings:
            readings.execute("INSERT INTO accounts VALUES (%s, %s)", (account, stands[-1][0].first_day))
            readings.execute(
                "INSERT INTO meters VALUES (%s, %s, %s, %s, %s, %s, 'manual', 'working', '2019-05-14', NULL,"
                " '2035-05-01')",
                (meter, account, plan.serial, plan.model, len(plan.start), plan.digits),
            )
            for period, values, source in rows:
                taken = datetime.combine(_read_on(period), time(16, 20), UTC)
                readings.execute(
                    'INSERT INTO readings (id, account, meter_id, period, "values", taken_at, source, status)'
                    " VALUES (%s, %s, %s, %s, %s::integer[], %s, %s, 'accepted')",
                    (uuid4(), account, meter, period.first_day, list(values), taken, source),
                )

    @contextmanager
    def _billing(self) -> Iterator[Session]:
        url = self.system.urls.databases["billing"].replace("postgresql://", "postgresql+psycopg://", 1)
        with Session(create_engine(url, poolclass=NullPool)) as books, books.begin():
            tariff_files.load(books, tariff_files.read(KALUGA))
            yield books


_ACCOUNT = text(
    "INSERT INTO accounts VALUES (:account, :settlement, :street, :house, :flat, '248000', :residents, :group,"
    " 54.3, :package)"
)


def _place(account: str, plan: Plan) -> dict[str, Any]:
    place = {name: getattr(plan, name) for name in ("settlement", "street", "house", "flat", "residents")}
    return place | {"account": account, "group": plan.group, "package": uuid4()}


def _stands(plan: Plan) -> Iterator[tuple[Period, tuple[int, ...], tuple[int, ...]]]:
    """Each month with the readings before and after it."""
    period, stand = THIS_MONTH, plan.start
    for _ in plan.months:
        period = period.previous
    for used in plan.months:
        after = tuple(there + more for there, more in zip(stand, used, strict=True))
        yield period, stand, after
        period, stand = period.next, after


def _read_on(period: Period) -> date:
    return period.first_day.replace(day=23)


def _newest_bill(books: Session, account: str) -> int:
    newest = (
        select(models.Bill.amount).where(models.Bill.account == account).order_by(models.Bill.period.desc())
    )
    return books.scalars(newest.limit(1)).one()
