"""The one pass over a package: joins its files by account, applies the rules, makes the rows of each table."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from deploy.registry.cursor import PAST_ALL, Cursor
from deploy.registry.format import (
    ACCOUNTS,
    BALANCES,
    LAYOUTS,
    METERS,
    READINGS,
    Fault,
    Layout,
    Row,
    closed_period,
)
from deploy.registry.rejects import Rejects
from deploy.registry.rules import MOSCOW, AccountSet, Opening, Rules, existing_account
from deploy.registry.tables import BILLING, TABLES, row_id
from deploy.registry.tables import READINGS as READINGS_SERVICE
from deploy.registry.verify import Verified

ACCOUNTS_IN_BATCH = 5_000


class Batch:
    """Rows of some thousand accounts as lines of COPY's text format, by service and table."""

    def __init__(self) -> None:
        self.accounts = 0
        self.lines: dict[str, dict[str, list[str]]] = {
            service: {table: [] for table in tables} for service, tables in TABLES.items()
        }

    def text(self, service: str) -> dict[str, bytes]:
        return {table: "".join(lines).encode() for table, lines in self.lines[service].items()}


class _Rows:
    """Makes the rows of an account; a constant of the package is written into them once."""

    def __init__(self, package: str, as_of: date) -> None:
        now = datetime.now(UTC).isoformat()
        opened = datetime(as_of.year, as_of.month, as_of.day, tzinfo=MOSCOW).isoformat()
        self._package = f"\t{package}\n"
        self._posted = f"\t{opened}\t{now}\n"
        self._period = closed_period(as_of).isoformat()

    def billing(self, of: AccountSet, lines: dict[str, list[str]]) -> None:
        account = of.account
        lines["accounts"].append(_text(of.accounts[0]) + self._package)
        if not of.balances:
            return
        _, balance, period, amount, published_at, due_on = of.balances[0]
        if period:
            bill = row_id(f"bill:{account}:{period}")
            lines["bills"].append(f"{bill}\t{account}\t{period}-01\t{amount}\t{published_at}\t{due_on}\n")
        if kopecks := int(balance):
            source = f"opening:{account}"
            sides = "receivable\topening" if kopecks > 0 else "opening\treceivable"
            lines["postings"].append(
                f"{row_id(f'posting:{source}')}\t{account}\t{sides}\t{abs(kopecks)}\t{source}{self._posted}"
            )

    def readings(self, account: str, openings: list[Opening], lines: dict[str, list[str]]) -> None:
        lines["accounts"].append(account + "\n")
        for meter, taken_on, values in openings:
            serial = meter[1]
            meter_id = row_id(f"meter:{account}:{serial}")
            lines["meters"].append(f"{meter_id}\t{_text(meter)}\n")
            reading = row_id(f"reading:opening:{account}:{serial}")
            lines["readings"].append(
                f"{reading}\t{account}\t{meter_id}\t{self._period}\t{{{values}}}\t{taken_on} 00:00+03"
                "\topening\taccepted\n"
            )


def batches(package: Verified, existing: Iterator[str], rejects: Rejects) -> Iterator[Batch]:
    """Rows of every account that stands, in batches; the others go to `rejects`.

    `existing` are the accounts, sorted, that other packages brought before.
    """
    for fault in package.faults:
        rejects.add(fault)
    cursors = {layout: _cursor(package, layout, rejects) for layout in LAYOUTS}
    accounts, meters, balances, readings = (cursors[of] for of in (ACCOUNTS, METERS, BALANCES, READINGS))
    rules = Rules(package.manifest.as_of)
    rows = _Rows(str(package.manifest.package), package.manifest.as_of)
    taken = next(existing, PAST_ALL)
    batch = Batch()
    billing, metering = batch.lines[BILLING], batch.lines[READINGS_SERVICE]
    while (account := accounts.account) < PAST_ALL:
        of = AccountSet(
            account,
            accounts.take(account),
            meters.take(account),
            balances.take(account),
            readings.take(account),
        )
        openings, faults = rules.apply(of)
        while taken < account:
            taken = next(existing, PAST_ALL)
        if taken == account:
            faults.append(existing_account())
        for layout, at, reason in faults:
            rejects.add(Fault(account, layout.file, cursors[layout].line(at), reason))
        if rejects.settle(account):
            continue
        rows.billing(of, billing)
        rows.readings(account, openings, metering)
        batch.accounts += 1
        if batch.accounts == ACCOUNTS_IN_BATCH:
            yield batch
            batch = Batch()
            billing, metering = batch.lines[BILLING], batch.lines[READINGS_SERVICE]
    for cursor in (meters, balances, readings):
        cursor.take(PAST_ALL)
    rejects.settle(None)
    yield batch


def _cursor(package: Verified, layout: Layout, rejects: Rejects) -> Cursor:
    return Cursor(package.directory, layout, package.left_out[layout.file], rejects.add)


def _text(row: Row) -> str:
    """The row in COPY's text format. A tab or a line end cannot be in a value, so only the backslash needs
    care; of the columns only the last may be null, and is empty in the file then."""
    text = "\t".join(row)
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    return text if row[-1] else text + "\\N"
