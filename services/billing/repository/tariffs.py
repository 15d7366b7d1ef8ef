"""Queries of tariffs, norms, rates and due days."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.billing import models
from services.billing.domain import due, estimates, forms, penalty, tariffs
from services.billing.repository.dated import all_rows
from services.common.period import Period

Dated = TypeVar("Dated", models.Price, models.Thresholds)


def book(session: Session, group: str | None = None) -> tariffs.TariffBook:
    """Every price and threshold, or those of a group."""
    prices = [
        tariffs.Price(p.tariff_group, p.form, p.zone, p.range, p.valid_from, p.rub, p.act, p.demo)  # type: ignore[arg-type]
        for p in _of_group(session, models.Price, group)
    ]
    thresholds = [
        tariffs.Thresholds(t.tariff_group, t.valid_from, tuple(t.upper), t.act, t.demo)
        for t in _of_group(session, models.Thresholds, group)
    ]
    return tariffs.TariffBook(prices, thresholds)


def norms(session: Session) -> estimates.Norms:
    return estimates.Norms(
        estimates.Norm(n.tariff_group, n.residents, n.valid_from, n.kwh, n.act, n.demo)
        for n in all_rows(session, models.Norm)
    )


def rates(session: Session) -> penalty.Rates:
    """The key rate and the cap of the penalty."""
    rows = all_rows(session, models.Rate)

    def of(kind: str) -> list[penalty.DatedRate]:
        return [penalty.DatedRate(r.valid_from, r.percent, r.act) for r in rows if r.kind == kind]

    return penalty.Rates(of("key"), of("cap"))


def vat(session: Session) -> list[penalty.DatedRate]:
    """VAT inside of prices, per cent, by date."""
    return [
        penalty.DatedRate(r.valid_from, r.percent, r.act)
        for r in all_rows(session, models.Rate)
        if r.kind == "vat"
    ]


def profile(session: Session, group: str, on: date) -> forms.Profile | None:
    """The typical profile of a group in force on a day."""
    found = select(models.Profile).where(
        models.Profile.tariff_group == group, models.Profile.valid_from <= on
    )
    newest = session.scalars(found.order_by(models.Profile.valid_from.desc()).limit(1)).first()
    if newest is None:
        return None
    shares = (Fraction(newest.day), Fraction(newest.night), Fraction(newest.half_peak))
    return forms.Profile(group, newest.valid_from, *shares, newest.act, newest.demo)


def due_days(session: Session) -> list[due.DueDay]:
    return [due.DueDay(Period.of(d.since), d.day, d.act) for d in all_rows(session, models.DueDay)]


def _of_group(session: Session, table: type[Dated], group: str | None) -> Sequence[Dated]:
    found = select(table)
    return session.scalars(found if group is None else found.where(table.tariff_group == group)).all()
