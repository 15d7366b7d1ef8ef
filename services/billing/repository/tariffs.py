"""Queries of tariffs, norms, rates and due days."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Result, literal_column, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.billing import models
from services.billing.domain import due, estimates, penalty, tariffs
from services.common.period import Period

TABLES: Mapping[str, type[models.Base]] = {
    "prices": models.Price,
    "thresholds": models.Thresholds,
    "norms": models.Norm,
    "rates": models.Rate,
    "due_days": models.DueDay,
}
"""What a folder of tariffs may hold, a file a table."""


def add(session: Session, table: str, rows: Sequence[Mapping[str, Any]]) -> int:
    """Write rows that are new by their key, in one statement. Gives how many were."""
    if not rows:
        return 0
    model = TABLES[table]
    written: Result[Any] = session.execute(
        insert(model).values(rows).on_conflict_do_nothing().returning(literal_column("1"))
    )
    return len(written.all())


def all_rows(session: Session, table: str) -> Sequence[Any]:
    """Every row of a table, as its model."""
    return session.scalars(select(TABLES[table])).all()


def book(session: Session) -> tariffs.TariffBook:
    """Every price and threshold."""
    prices = [
        tariffs.Price(p.tariff_group, p.form, p.zone, p.range, p.valid_from, p.rub, p.act, p.demo)
        for p in all_rows(session, "prices")
    ]
    thresholds = [
        tariffs.Thresholds(t.tariff_group, t.valid_from, tuple(t.upper), t.act, t.demo)
        for t in all_rows(session, "thresholds")
    ]
    return tariffs.TariffBook(prices, thresholds)


def norms(session: Session) -> estimates.Norms:
    return estimates.Norms(
        estimates.Norm(n.tariff_group, n.residents, n.valid_from, n.kwh, n.act, n.demo)
        for n in all_rows(session, "norms")
    )


def rates(session: Session) -> penalty.Rates:
    """The key rate and the cap of the penalty."""
    rows = all_rows(session, "rates")

    def of(kind: str) -> list[penalty.DatedRate]:
        return [penalty.DatedRate(r.valid_from, r.percent, r.act) for r in rows if r.kind == kind]

    return penalty.Rates(of("key"), of("cap"))


def vat(session: Session) -> list[penalty.DatedRate]:
    """VAT inside of prices, per cent, by date."""
    return [
        penalty.DatedRate(r.valid_from, r.percent, r.act)
        for r in all_rows(session, "rates")
        if r.kind == "vat"
    ]


def due_days(session: Session) -> list[due.DueDay]:
    return [due.DueDay(Period.of(d.since), d.day, d.act) for d in all_rows(session, "due_days")]
