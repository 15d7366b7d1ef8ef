"""Queries of houses billed directly, and of acts about households."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from services.billing import models
from services.billing.domain.acts import Act
from services.billing.domain.common_house import House, HouseMonth
from services.common.period import Period

Row = Mapping[str, Any]
"""A row as a file tells it."""


def houses(session: Session, named: Iterable[str]) -> Mapping[str, Sequence[House]]:
    """Everything that was ever true of these houses."""
    found: dict[str, list[House]] = defaultdict(list)
    for row in session.scalars(select(models.House).where(models.House.house.in_(set(named)))):
        found[row.house].append(
            House(
                row.house,
                row.valid_from,
                row.direct,
                row.tariff_group,
                row.area_m2,
                row.common_m2,
                row.norm_kwh_m2,
                row.act,
            )
        )
    return found


def months(session: Session, named: Iterable[str], since: date) -> Mapping[str, Sequence[HouseMonth]]:
    """What these houses' meters counted in the periods from `since` on."""
    table = models.HouseMonth
    found: dict[str, list[HouseMonth]] = defaultdict(list)
    for row in session.scalars(select(table).where(table.house.in_(set(named)), table.period >= since)):
        found[row.house].append(HouseMonth(Period.of(row.period), row.kwh, row.others_kwh))
    return found


def accounts_of(session: Session, named: Iterable[str]) -> Mapping[str, set[str]]:
    """Accounts by house."""
    found: dict[str, set[str]] = defaultdict(set)
    table = models.HouseAccount
    for row in session.scalars(select(table).where(table.house.in_(set(named)))):
        found[row.house].add(row.account)
    return found


def acts(session: Session, accounts: Sequence[str]) -> Mapping[str, Sequence[Act]]:
    """Acts by account, oldest first."""
    found: dict[str, list[Act]] = defaultdict(list)
    chosen = select(models.Act).where(models.Act.account.in_(accounts)).order_by(models.Act.since)
    for row in session.scalars(chosen):
        charged_in = Period.of(row.charged_in) if row.charged_in else None
        found[row.account].append(Act(row.kind, row.since, row.until, row.act, charged_in))  # type: ignore[arg-type]
    return found


def all_houses(session: Session) -> set[str]:
    return set(session.scalars(select(models.House.house)))


def unknown_accounts(session: Session, accounts: Sequence[str]) -> set[str]:
    """Those of the accounts that there are not."""
    table = models.Account
    return set(accounts) - set(session.scalars(select(table.account).where(table.account.in_(accounts))))


def known_acts(session: Session, rows: Sequence[Row]) -> set[tuple[str, str, date]]:
    """(account, kind, since) of the acts that these accounts have."""
    table = models.Act
    accounts = {row["account"] for row in rows}
    chosen = select(table.account, table.kind, table.since).where(table.account.in_(accounts))
    return {(row[0], row[1], row[2]) for row in session.execute(chosen)}


def forget_months(session: Session, rows: Sequence[Row]) -> None:
    """Forget what was told of these houses' months, to be told anew."""
    table = models.HouseMonth
    named = [(row["house"], row["period"]) for row in rows]
    session.execute(delete(table).where(tuple_(table.house, table.period).in_(named)))
