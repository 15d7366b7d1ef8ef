"""Queries of closing a month: batches taken and done, facts of a batch's accounts, what a batch writes."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Result,
    Table,
    Text,
    any_,
    bindparam,
    case,
    delete,
    func,
    select,
    text,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Session, aliased

from services.billing.domain.address import Address
from services.billing.models import (
    Account,
    Base,
    Bill,
    Charge,
    ChargeLine,
    Closing,
    ClosingBatch,
    ClosingProblem,
    HouseAccount,
    Posting,
)
from services.billing.repository.ledger import signed

_ASKED_AGAIN = timedelta(minutes=5)
"""An answer that has not come by then is asked for again: the question or the answer may be parked."""


Row = tuple[type[Base], Mapping[str, Any]]
"""A row to be written: its table's model and its columns."""

_ACCOUNTS: Any = any_(bindparam("accounts", type_=ARRAY(Text)))

TOTALS = ("accounts", "estimated", "charged", "recalculated", "penalty")
"""What a batch adds up."""


def by_period(session: Session, period: date, dry: bool) -> Closing | None:
    found = (
        select(Closing).where(Closing.period == period, Closing.dry == dry).with_for_update(key_share=True)
    )
    return session.scalars(found).first()


def freeze(session: Session, closing: Closing, size: int) -> None:
    """Keep the closing and its list of accounts, cut into numbered batches, in the order of their numbers.

    Accounts of a house come first and stay in one batch: their common needs are told together.
    """
    session.add(closing)
    session.flush()
    _cut(session, closing.id, size, 0, everybody=True)


def again(session: Session, closing: UUID, size: int) -> bool:
    """Cut the accounts that were not charged into batches of their own, to be tried anew; False without any."""
    known = select(func.max(ClosingBatch.number)).where(ClosingBatch.closing_id == closing)
    next_number = (session.scalar(known) or 0) + 1
    if not _cut(session, closing, size, next_number, everybody=False):
        return False
    session.execute(delete(ClosingProblem).where(ClosingProblem.closing_id == closing))
    session.execute(update(Closing).where(Closing.id == closing).values(state="charging", finished_at=None))
    return True


def _cut(session: Session, closing: UUID, size: int, number: int, *, everybody: bool) -> int:
    """Batches of all accounts, or of those with a problem, numbered from `number` on; gives how many."""
    cut: Result[Any] = session.execute(
        text(
            "INSERT INTO closing_batches (closing_id, number, accounts, state) "
            "SELECT :closing, :number + (first - 1) / :size, array_agg(account ORDER BY account), 'waiting' "
            "FROM (SELECT account, min(place) OVER (PARTITION BY coalesce(house, account)) AS first "
            "FROM (SELECT account, of.house, row_number() OVER (ORDER BY of.house, account) AS place "
            "FROM (SELECT account FROM accounts WHERE :everybody UNION ALL "
            "SELECT account FROM closing_problems WHERE closing_id = :closing AND NOT :everybody) AS wanted "
            "LEFT JOIN house_accounts AS of USING (account)) AS placed) AS kept "
            "GROUP BY (first - 1) / :size RETURNING number"
        ),
        {"closing": closing, "size": size, "number": number, "everybody": everybody},
    )
    return len(cut.all())


def forget(session: Session, closing: UUID) -> None:
    """Delete a dry run, which kept nothing but its totals."""
    for model in (ClosingProblem, ClosingBatch):
        session.execute(delete(model).where(model.closing_id == closing))
    session.execute(delete(Closing).where(Closing.id == closing))


def last_closed(session: Session) -> date | None:
    """The last period that has bills (the registry's too) or is being closed; None for an empty registry."""
    closing = select(func.max(Closing.period)).where(~Closing.dry).scalar_subquery()
    return session.scalar(select(func.greatest(func.max(Bill.period), closing)))


def progress(session: Session, closing: UUID) -> tuple[int, int, Mapping[str, int], int]:
    """Batches, those done, the sums of their totals, and accounts with a problem."""
    row = session.execute(
        select(
            func.count(),
            func.count().filter(ClosingBatch.state == "done"),
            *(func.coalesce(func.sum(ClosingBatch.totals[name].as_integer()), 0) for name in TOTALS),
            select(func.count()).where(ClosingProblem.closing_id == closing).scalar_subquery(),
        ).where(ClosingBatch.closing_id == closing)
    ).one()
    totals = {name: int(value) for name, value in zip(TOTALS, row[2:-1], strict=True)}
    return row[0], row[1], totals, row[-1]


def newest(session: Session) -> Closing | None:
    """The closing that runs, else the one that began last; a dry run too."""
    found = select(Closing).order_by(Closing.state == "done", Closing.started_at.desc())
    return session.scalars(found.limit(1)).first()


def problems_of(session: Session, closing: UUID, limit: int) -> Sequence[tuple[str, str]]:
    """(account, reason), in the order of accounts."""
    rows = session.execute(
        select(ClosingProblem.account, ClosingProblem.reason)
        .where(ClosingProblem.closing_id == closing)
        .order_by(ClosingProblem.account)
        .limit(limit)
    )
    return [(account, reason) for account, reason in rows]


def groups(session: Session) -> Mapping[str, int]:
    """How many accounts each tariff group has."""
    rows = session.execute(select(Account.tariff_group, func.count()).group_by(Account.tariff_group))
    return {group: count for group, count in rows}


def ask(session: Session, ahead: int, now: datetime) -> Sequence[tuple[ClosingBatch, date, bool]]:
    """Batches to ask readings about now, never more than `ahead` without an answer: with period and whether dry."""
    asked = select(func.count()).where(
        ClosingBatch.state == "asked", ClosingBatch.asked_at > now - _ASKED_AGAIN
    )
    free = func.greatest(ahead - asked.scalar_subquery(), 0)
    due = case((ClosingBatch.state == "asked", ClosingBatch.asked_at <= now - _ASKED_AGAIN), else_=True)
    chosen = (
        select(ClosingBatch.closing_id, ClosingBatch.number)
        .where(ClosingBatch.state.in_(("waiting", "asked")), due)
        .order_by(ClosingBatch.number)
        .limit(free)
        .with_for_update(skip_locked=True)
        .cte("chosen")
    )
    rows = session.execute(
        update(ClosingBatch)
        .where(
            ClosingBatch.closing_id == chosen.c.closing_id,
            ClosingBatch.number == chosen.c.number,
            Closing.id == ClosingBatch.closing_id,
        )
        .values(state="asked", asked_at=now)
        .returning(ClosingBatch, Closing.period, Closing.dry)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def take(session: Session, closing: UUID, number: int) -> tuple[Closing, ClosingBatch] | None:
    """A batch that is still to be charged, locked, with its closing; None when it is done."""
    row = session.execute(
        select(Closing, ClosingBatch)
        .join(ClosingBatch, ClosingBatch.closing_id == Closing.id)
        .where(Closing.id == closing, ClosingBatch.number == number, ClosingBatch.state != "done")
        .with_for_update(of=ClosingBatch)
    ).first()
    return (row[0], row[1]) if row else None


def finish_if_done(session: Session, closing: UUID, now: datetime) -> bool:
    """The closing is done when its last batch is. Gives whether it is now.

    The lock makes two last batches follow each other: neither would see that the other is done. It lets the
    charges of both refer to the closing.
    """
    session.flush()
    session.execute(select(Closing.id).where(Closing.id == closing).with_for_update(key_share=True))
    left = select(ClosingBatch.number).where(ClosingBatch.closing_id == closing, ClosingBatch.state != "done")
    finished = session.execute(
        update(Closing)
        .where(Closing.id == closing, ~left.exists())
        .values(state="done", finished_at=now)
        .returning(Closing.id)
    )
    return finished.first() is not None


@dataclass(frozen=True)
class Standing:
    """An account before the month's charge, kopecks. `bill_at` and `opening` are of its last bill.

    `opening` is the main balance right after that bill, `older` the part of it that earlier bills asked for.
    `estimated` counts the periods in a row charged without a reading. `house` is the one whose common needs it
    has a part of.
    """

    account: str
    tariff_group: str
    residents: int
    estimated: int
    balance: int
    penalty: int
    opening: int
    older: int
    bill_at: datetime | None
    address: Address
    postcode: str
    house: str | None = None
    area_m2: Decimal | None = None


def standings(session: Session, accounts: Sequence[str], period: date) -> Sequence[Standing]:
    """A batch's accounts before the charge, in one statement; those charged for the period are left out.

    Lateral: each account's own rows are looked up by an index, whatever the planner thinks of a whole batch.
    """
    sums = (
        select(
            _balance_of("receivable").label("balance"),
            _balance_of("penalty_receivable").label("penalty"),
            _balance_of("receivable", Posting.source.startswith("opening:")).label("opening"),
        )
        .where(Posting.account == Account.account)
        .lateral("sums")
    )
    last = (
        select(Bill.published_at, Bill.amount, Bill.balance, Bill.charge_id)
        .where(Bill.account == Account.account)
        .order_by(Bill.period.desc())
        .limit(1)
        .lateral("last")
    )
    charge, done = aliased(Charge), aliased(Charge)
    opening = func.coalesce(last.c.balance, sums.c.opening, 0)
    charged = select(done.id).where(done.account == Account.account, done.period == period)
    rows = session.execute(
        select(
            Account.account,
            Account.tariff_group,
            Account.residents,
            func.coalesce(charge.estimated, 0),
            sums.c.balance,
            sums.c.penalty,
            opening,
            opening - func.coalesce(charge.charged + charge.recalculated, last.c.amount, 0),
            last.c.published_at,
            HouseAccount.house,
            Account.area_m2,
            Account.postcode,
            Account.settlement,
            Account.street,
            Account.house,
            Account.flat,
        )
        .select_from(Account)
        .outerjoin(HouseAccount, HouseAccount.account == Account.account)
        .join(sums, true())
        .outerjoin(last, true())
        .outerjoin(charge, charge.id == last.c.charge_id)
        .where(Account.account == _ACCOUNTS, ~charged.exists())
        .order_by(Account.account),
        {"accounts": list(accounts)},
    )
    return [
        Standing(
            *(row[0], row[1], row[2], row[3]),
            *(int(row[4]), int(row[5]), int(row[6]), int(row[7])),
            bill_at=row[8],
            address=Address(*row[12:]),
            postcode=row[11],
            house=row[9],
            area_m2=row[10],
        )
        for row in rows
    ]


def _balance_of(side: str, only: ColumnElement[bool] | None = None) -> ColumnElement[int]:
    """Debits less credits of a side of the ledger."""
    total = func.sum(signed(side))
    return func.coalesce(total.filter(only) if only is not None else total, 0)


class Money(NamedTuple):
    """What a posting moved of an account's main debt: `amount` kopecks, as a debit when `debit` is receivable."""

    account: str
    debit: str
    amount: int
    source: str
    occurred_at: datetime


def money_of(session: Session, accounts: Sequence[str]) -> Sequence[Money]:
    """Every posting of these accounts' main debt, for telling which bill is unpaid."""
    main = (Posting.debit == "receivable") | (Posting.credit == "receivable")
    rows = session.execute(
        select(Posting.account, Posting.debit, Posting.amount, Posting.source, Posting.occurred_at).where(
            Posting.account == _ACCOUNTS, main
        ),
        {"accounts": list(accounts)},
    )
    return [Money(*row) for row in rows]


def dues_of(session: Session, accounts: Sequence[str]) -> Sequence[tuple[str, UUID | None, date]]:
    """(account, charge, due date) of every bill of these accounts, oldest first."""
    rows = session.execute(
        select(Bill.account, Bill.charge_id, Bill.due_on)
        .where(Bill.account.in_(accounts))
        .order_by(Bill.account, Bill.period)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def skipped(session: Session, accounts: Mapping[str, date]) -> Sequence[tuple[str, date]]:
    """(account, period) of months closed without charging the account, each since a period of its own."""
    if not accounts:
        return []
    rows = session.execute(
        select(ClosingProblem.account, Closing.period)
        .join(Closing, Closing.id == ClosingProblem.closing_id)
        .where(~Closing.dry, ClosingProblem.account.in_(accounts))
    )
    return [(row[0], row[1]) for row in rows if row[1] >= accounts[row[0]]]


def charges_since(
    session: Session, accounts: Mapping[str, date]
) -> Sequence[tuple[Charge, Sequence[ChargeLine]]]:
    """Charges with their lines of each account from a period of its own on, oldest first."""
    if not accounts:
        return []
    found = select(Charge).where(Charge.account.in_(accounts), Charge.period >= min(accounts.values()))
    found = found.order_by(Charge.period)
    charges = [charge for charge in session.scalars(found) if charge.period >= accounts[charge.account]]
    lines: dict[UUID, list[ChargeLine]] = {charge.id: [] for charge in charges}
    wanted = select(ChargeLine).where(ChargeLine.charge_id.in_(lines)).order_by(ChargeLine.number)
    for line in session.scalars(wanted):
        lines[line.charge_id].append(line)
    return [(charge, lines[charge.id]) for charge in charges]


def write(session: Session, rows: Iterable[Row]) -> None:
    """COPY rows into their tables, in the tables' order of dependence; for batches of thousands."""
    by_table: dict[str, list[Mapping[str, Any]]] = {}
    for model, row in rows:
        by_table.setdefault(model.__tablename__, []).append(row)
    cursor: Any = session.connection().connection.cursor()
    for table in Base.metadata.sorted_tables:
        if table.name in by_table:
            _copy(cursor, table, by_table[table.name])


def _copy(cursor: Any, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Every column that the rows name; jsonb goes as text."""
    names = [column.name for column in table.columns if column.name in rows[0]]
    texts = [place for place, name in enumerate(names) if isinstance(table.columns[name].type, JSONB)]
    with cursor.copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy:
        for row in rows:
            values = [row[name] for name in names]
            for place in texts:
                value = values[place]
                values[place] = None if value is None else json.dumps(value, ensure_ascii=False)
            copy.write_row(values)


def problems(session: Session, closing: UUID, found: Mapping[str, str]) -> None:
    session.add_all(ClosingProblem(closing_id=closing, account=a, reason=why) for a, why in found.items())
